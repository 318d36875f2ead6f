"""An answer over HTTP, whichever way it came."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from typing import Protocol

    class Headers(Protocol):
        """Headers, whose names are case-insensitive."""

        def get(self, name: str, default: str, /) -> str:
            """Return the value of a header."""


# A page of a hundred accounts has 20 KiB.
LONGEST_BODY = 1024 * 1024


class Response(NamedTuple):
    """An answer over HTTP; a `body` that was longer than `LONGEST_BODY` is cut after one more byte."""

    status: int
    headers: Headers
    body: bytes

    def __repr__(self) -> str:
        return f"Response({self.status})"  # without the secrets

    def json_object(self) -> dict[str, Any] | None:
        """Return the JSON object that the body is; None if it is anything else."""
        try:
            value = json.loads(self.body)
        except (ValueError, RecursionError):
            return None
        return value if isinstance(value, dict) else None
