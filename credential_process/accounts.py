"""The accounts and roles that a session gives, while they are listed: ask the broker, and follow what it writes."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from credential_process import assignments
from credential_process.ask import ask
from credential_process.errors import CredentialProcessError, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from credential_process.assignments import Account
    from credential_process.session_reference import SessionReference

RECENT_SECONDS = 3600
_LOOK_SECONDS = 0.05
_LONGEST_SECONDS = 24 * 3600.0  # one account a second, in an organisation of 50,000


class Accounts:
    """All accounts of a session, in the order in which they are listed; iterate once.

    A list of the last hour does, or with `refresh` none but a new one. `fields` are what the want says besides,
    such as who asks. Iterating raises what the broker answers; what was listed until then is kept, and not
    asked for again.
    """

    def __init__(
        self,
        session: SessionReference,
        folder: str,
        *,
        refresh: bool = False,
        fields: dict[str, str] | None = None,
    ) -> None:
        self._session = session
        self._folder = folder
        self._fields = fields or {}
        self._since = time.time() - (0 if refresh else RECENT_SECONDS)
        self._following: assignments.AccountList | None = None
        self._failure: BaseException | None = None
        self.began = time.time()

    @property
    def total(self) -> int:
        """How many accounts there will be; 0 while nobody knows."""
        return self._following.total if self._following is not None else 0

    def __iter__(self) -> Iterator[Account]:
        # Not joined at an interruption: our want dies with this process, and the broker stops.
        asking = threading.Thread(target=self._ask, daemon=True)
        asking.start()
        seen: set[str] = set()
        while asking.is_alive():
            for account in self._more():
                seen.add(account.account_id)
                yield account
            asking.join(_LOOK_SECONDS)
        if self._failure is not None:
            raise self._failure
        listed = assignments.read(assignments.path(self._folder))
        if listed is None:
            raise Unavailable("the list of accounts has gone again", hint="run it again")
        self.began = listed[0].began
        yield from (account for account in listed[1] if account.account_id not in seen)

    def _ask(self) -> None:
        try:
            fields = {"kind": "accounts", "since": repr(self._since), **self._fields}
            ask(self._session, self._folder, fields, wait_seconds=_LONGEST_SECONDS)
        except (CredentialProcessError, OSError) as error:
            self._failure = error

    def _more(self) -> list[Account]:
        try:
            if self._following is None:
                following = assignments.AccountList(assignments.partial_path(self._folder))
                if following.source.began < self._since:
                    following.close()
                    return []
                self._following = following
            return self._following.more()
        except (OSError, ValueError):
            return []  # not begun, or another's that is being replaced
