"""Which caller opens the page: one at a time, and another if no browser arrives."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from credential_process.broker.sign_in import policy

if TYPE_CHECKING:
    from credential_process.session.context import SessionContext
    from credential_process.stores.want import Want

_ARRIVAL_SECONDS = 5


class Openers:
    """Remembers which callers were chosen to open the page of one sign-in, and when."""

    def __init__(self, context: SessionContext) -> None:
        self._context = context
        self._chosen: set[str] = set()
        self._until = 0.0

    def next(self, wants: dict[str, Want], opener: str) -> str:
        """Return the name of the want whose caller opens the page next.

        It is empty while the present `opener` has time left, and when all callers have been chosen.
        """
        if opener in wants and time.monotonic() < self._until:
            return ""
        if any(self._is_opened_by_hand(want) for want in wants.values()):
            return ""
        # First the caller of a `login`: its user is looking at the screen.
        for name, want in sorted(wants.items(), key=lambda each: not each[1].is_explicit):
            if name not in self._chosen and policy.may_open_browser(want, self._context):
                self._chosen.add(name)
                self._until = time.monotonic() + _ARRIVAL_SECONDS
                return name
        return ""

    def _is_opened_by_hand(self, want: Want) -> bool:
        """Return whether the user has typed ``login --no-browser``, to open the page in another browser."""
        asked_for_page = want.is_explicit and want.flow == "authorization_code"
        return asked_for_page and not policy.may_open_browser(want, self._context)
