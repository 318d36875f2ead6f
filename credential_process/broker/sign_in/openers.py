"""Which caller shall open the page: one at a time, another when nobody has arrived."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from credential_process.broker.sign_in import policy

if TYPE_CHECKING:
    from credential_process.session.context import SessionContext
    from credential_process.stores.want import Want

_ARRIVAL_SECONDS = 5


class Openers:
    """Remembers who was asked to open the page of one sign-in, and when."""

    def __init__(self, context: SessionContext) -> None:
        self._context = context
        self._asked: set[str] = set()
        self._until = 0.0

    def next(self, wants: dict[str, Want], opener: str) -> str:
        """Choose who comes next; empty while the one that is `opener` has time, or when all were asked."""
        if opener in wants and time.monotonic() < self._until:
            return ""
        if any(self._is_opened_by_hand(want) for want in wants.values()):
            return ""
        # First whoever has typed `login`: that person looks at a screen now.
        for name, want in sorted(wants.items(), key=lambda each: not each[1].is_explicit):
            if name not in self._asked and policy.may_open_browser(want, self._context):
                self._asked.add(name)
                self._until = time.monotonic() + _ARRIVAL_SECONDS
                return name
        return ""

    def _is_opened_by_hand(self, want: Want) -> bool:
        """Tell whether a user who typed ``login --no-browser`` opens the page, in the browser of their choice."""
        asked_for_page = want.is_explicit and want.flow == "authorization_code"
        return asked_for_page and not policy.may_open_browser(want, self._context)
