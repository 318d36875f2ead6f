"""Pages of a listing, and the tokens that lead to the next one."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

Item = TypeVar("Item")


def page(
    items: Sequence[Item], *, size: int, next_token: str | None, listing: str
) -> tuple[Sequence[Item], str | None]:
    """Return a page and the token of the next one; raises ValueError for a token of another listing."""
    start = _offset(next_token, listing)
    end = start + size
    return items[start:end], _next_token(end, listing) if end < len(items) else None


def _next_token(offset: int, listing: str) -> str:
    return base64.urlsafe_b64encode(f"{offset} {listing}".encode()).decode()


def _offset(next_token: str | None, listing: str) -> int:
    if next_token is None:
        return 0
    try:
        offset, _, its_listing = base64.urlsafe_b64decode(next_token).decode().partition(" ")
        if its_listing == listing:
            return int(offset)
    except (binascii.Error, ValueError):
        pass
    raise ValueError(next_token)
