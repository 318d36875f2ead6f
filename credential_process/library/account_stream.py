"""The accounts and roles of a session while they are listed: ask the broker, and follow the file that it writes."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from credential_process.client import arguments, embedded, streams
from credential_process.errors import CredentialProcessError, Unavailable
from credential_process.session.context import SessionContext
from credential_process.stores import account_list

if TYPE_CHECKING:
    from collections.abc import Iterator

    from credential_process.session_reference import SessionReference
    from credential_process.stores.account_list import Account

_LOOK_SECONDS = 0.05
_MOST_TRIES = 5  # the user may sign out, or change, while accounts are listed
_LONGEST_SECONDS = 24 * 3600.0  # one account a second, in an organisation of 50,000


class Accounts:
    """All accounts of a session, in the order in which they are listed; iterate once.

    A list of the last hour is used, unless `refresh` asks for a new one. `program` is the caller, by default this
    program; `fields` are added to the want. Iterating raises the broker's error, a `CredentialProcessError`; the
    accounts that were listed before it are kept, and not requested again.
    """

    def __init__(
        self,
        session: SessionReference,
        *,
        refresh: bool = False,
        program: str = "",
        fields: dict[str, str] | None = None,
    ) -> None:
        self._session = session
        self._folder = session.folder(arguments.state_root())
        self._program = program
        self._fields = fields or {}
        self._since = time.time() - (0 if refresh else account_list.RECENT_SECONDS)
        self._following: account_list.AccountList | None = None
        self._listed: tuple[account_list.Source, list[Account]] | None = None
        self._failure: BaseException | None = None
        self.began = time.time()

    @property
    def total(self) -> int:
        """The number of accounts; 0 while it is unknown."""
        return self._following.total if self._following is not None else 0

    def __iter__(self) -> Iterator[Account]:
        # Not joined after Ctrl-C: the want ends with this process, and the broker stops listing.
        asking = threading.Thread(target=self._ask, daemon=True)
        asking.start()
        seen: dict[str, Account] = {}
        try:
            while asking.is_alive():
                for account in self._more():
                    seen[account.account_id] = account
                    yield account
                asking.join(_LOOK_SECONDS)
        finally:
            if self._following is not None:
                self._following.close()
        if self._failure is not None:
            raise self._failure
        if self._listed is None or not self._agrees(*self._listed, seen):
            raise Unavailable(
                "the user changed while the accounts were listed", hint="run it again"
            )
        self.began = self._listed[0].began
        yield from (each for each in self._listed[1] if each.account_id not in seen)

    def _agrees(
        self, source: account_list.Source, listed: list[Account], seen: dict[str, Account]
    ) -> bool:
        """Return whether what was followed is part of the complete list, which another sign-in may have made."""
        if self._following is None or self._following.source.is_same(source):
            return True
        by_id = {account.account_id: account for account in listed}
        return all(by_id.get(account_id) == account for account_id, account in seen.items())

    def _ask(self) -> None:
        try:
            fields = {"kind": "accounts", "since": repr(self._since), **self._fields}
            for _ in range(_MOST_TRIES):
                embedded.ask_broker(
                    self._session, fields, seconds=_LONGEST_SECONDS, program=self._program
                )
                self._listed = self._current()
                if self._listed is not None:
                    return
        except CredentialProcessError as error:
            self._failure = error
        except OSError as error:
            self._failure = streams.from_os_error(error)

    def _current(self) -> tuple[account_list.Source, list[Account]] | None:
        """Return the complete list if it belongs to the session and the user as they are now."""
        listed = account_list.read(account_list.path(self._folder))
        context = SessionContext.here(self._session, self._fields)
        signed_in = context.tokens.signed_in()
        if listed is None or signed_in is None:
            return None
        return listed if listed[0].is_same(context.list_source(signed_in, began=0.0)) else None

    def _more(self) -> list[Account]:
        try:
            if self._following is None:
                following = account_list.AccountList(account_list.partial_path(self._folder))
                if following.source.began < self._since:
                    following.close()
                    return []
                self._following = following
            return self._following.more()
        except (OSError, ValueError):
            return []  # not begun, or that of another sign-in, which is being replaced
