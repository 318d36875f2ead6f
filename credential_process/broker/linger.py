"""How long a broker stays when there is nothing to do, so that the next caller need not start one."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from credential_process.identifiers import whole_number

if TYPE_CHECKING:
    from credential_process.session.context import SessionContext

DEFAULT_SECONDS = 600
# For a broker that has to poll the mailbox, or whose user is signed out.
_SHORT_SECONDS = 30


class Linger:
    """Decides whether an idle broker has stayed for long enough."""

    def __init__(self) -> None:
        self._was_signed_in = False

    def is_over(
        self, idle_seconds: float, context: SessionContext | None, *, is_cheap: bool
    ) -> bool:
        """Return whether it ends now; `context` is that of its last want. At once after a sign-out."""
        is_signed_in = context is not None and os.path.lexists(context.tokens.file)
        if self._was_signed_in and not is_signed_in:
            return True
        self._was_signed_in = is_signed_in
        longest = _configured_seconds(context)
        if not (is_signed_in and is_cheap):
            longest = min(longest, _SHORT_SECONDS)
        return idle_seconds > longest


def _configured_seconds(context: SessionContext | None) -> float:
    seconds = whole_number(os.environ.get("SSO_CREDENTIAL_PROCESS_LINGER", ""))
    if seconds is None and context is not None:
        seconds = whole_number(context.session.linger)
    return DEFAULT_SECONDS if seconds is None else seconds
