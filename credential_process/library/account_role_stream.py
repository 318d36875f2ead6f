"""The roles in single accounts: ask the broker for these accounts alone, and read the files that it writes."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from credential_process.client import arguments, embedded, streams
from credential_process.errors import Unavailable
from credential_process.session.context import SessionContext
from credential_process.stores import account_roles
from credential_process.stores.account_list import RECENT_SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from credential_process.session_reference import SessionReference
    from credential_process.stores.account_list import Account
    from credential_process.stores.account_roles import Listed

_MOST_AT_ONCE = 100  # accounts in a want, so that the first ones are there soon
_LONGEST_SECONDS = 3600.0
_MOST_TRIES = 5  # the user may sign out, or change, while accounts are listed


class NamedAccounts:
    """The accounts with these ids and their roles, in the same order; iterate once.

    AWS gets one request for each of them, unless it was listed in the last hour; with `refresh`, always. An account has
    a name only if all accounts were listed before with the same sign-in. One that AWS refused has the reason in
    `refused`. `program` and `fields` are as for `Accounts`, and iterating raises the same errors.
    """

    def __init__(
        self,
        session: SessionReference,
        account_ids: Sequence[str],
        *,
        refresh: bool = False,
        program: str = "",
        fields: dict[str, str] | None = None,
    ) -> None:
        self._session = session
        self._account_ids = list(dict.fromkeys(account_ids))
        self._program = program
        self._fields = fields or {}
        self.began = time.time()
        self._since = self.began - (0 if refresh else RECENT_SECONDS)

    @property
    def total(self) -> int:
        """The number of accounts."""
        return len(self._account_ids)

    def __iter__(self) -> Iterator[Account]:
        for first in range(0, self.total, _MOST_AT_ONCE):
            account_ids = self._account_ids[first : first + _MOST_AT_ONCE]
            found = self._list(account_ids)
            self.began = min(self.began, *(source.began for source, _ in found.values()))
            yield from (found[account_id][1] for account_id in account_ids)

    def _list(self, account_ids: list[str]) -> dict[str, Listed]:
        fields = {
            "kind": "account_roles",
            "accounts": ",".join(account_ids),
            "since": repr(self._since),
            **self._fields,
        }
        for _ in range(_MOST_TRIES):
            embedded.ask_broker(
                self._session, fields, seconds=_LONGEST_SECONDS, program=self._program
            )
            found = self._find(account_ids)
            if found.keys() == set(account_ids):
                return found
        raise Unavailable("the user changed while the accounts were listed", hint="run it again")

    def _find(self, account_ids: list[str]) -> dict[str, Listed]:
        """Return those lists that belong to the session and the user as they are now."""
        try:
            context = SessionContext.here(self._session, self._fields)
            signed_in = context.tokens.signed_in()
            if signed_in is None:
                return {}
            source = context.list_source(signed_in, began=time.time())
            folder = self._session.folder(arguments.state_root())
            return account_roles.find(folder, account_ids, source, self._since)
        except OSError as error:
            raise streams.from_os_error(error) from error
