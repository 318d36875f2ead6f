"""List the roles of a session for a command: sign in, show a progress bar, and report what was skipped."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING

import click

from credential_process.cli.durations import spoken
from credential_process.cli.printing import progress, report_each
from credential_process.cli.sign_in_display import SignInDisplay
from credential_process.client import interaction
from credential_process.errors import UsageError, printable
from credential_process.library.account_role_stream import NamedAccounts
from credential_process.library.account_stream import Accounts
from credential_process.library.listings import not_listed
from credential_process.library.sign_in import sign_in
from credential_process.session import no_accounts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from credential_process.session_reference import SessionReference
    from credential_process.stores.account_list import Account, Assignment


class Listed:
    """The roles of a session, one by one as they are listed; iterate once.

    With `account_ids`, AWS is asked for these accounts alone. `fields` are added to the wants, and `sign_in_fields` to
    that of the sign-in.
    """

    def __init__(
        self,
        session: SessionReference,
        command: str,
        *,
        refresh: bool,
        account_ids: Sequence[str] = (),
        fields: dict[str, str] | None = None,
        sign_in_fields: dict[str, str] | None = None,
    ) -> None:
        program = f"sso-credential-process {command}"
        with contextlib.closing(SignInDisplay(session.label)) as display:
            sign_in(
                session,
                {**interaction.WITHOUT_TERMINAL, **(fields or {}), **(sign_in_fields or {})},
                program=program,
                on_look=display.look,
            )
        self._session = session
        self._is_of_named = bool(account_ids)
        self._accounts = (
            NamedAccounts(session, account_ids, refresh=refresh, program=program, fields=fields)
            if account_ids
            else Accounts(session, refresh=refresh, program=program, fields=fields)
        )
        self.refused: dict[str, Account] = {}
        self._account_ids: set[str] = set()
        self._roles = 0
        self._left_out: list[str] = []

    def __iter__(self) -> Iterator[Assignment]:
        with progress("Listing accounts") as advance:
            for number, account in enumerate(self._accounts, 1):
                self._account_ids.add(account.account_id)
                if account.refused:
                    self.refused[account.account_id] = account
                else:
                    self.refused.pop(account.account_id, None)
                self._roles += len(account.roles)
                self._left_out += (_described(account, role) for role in account.left_out)
                advance(number, self._accounts.total or None)
                yield from account.assignments
        if self._is_of_named and self.refused.keys() == self._account_ids:
            raise not_listed(next(iter(self.refused.values())), self._session)
        if not self._account_ids:
            raise no_accounts.error(self._session.label)

    def report(self, *, shown: int | None = None, has_count: bool = True) -> None:
        """Print on stderr the age of the list, the accounts that AWS refused, and the roles with unusable names.

        `shown` is the number of roles that were chosen, if not all of them count; without `has_count`, neither number
        nor age is printed.
        """
        for account in self.refused.values():
            what = printable(f"{account.account_id} {account.name}: {account.refused}", limit=160)
            click.echo(f"skipped account {what}", err=True)
        report_each("skipped because of its name", self._left_out)
        if has_count:
            click.echo(f"{self._count(shown)}, listed {self._age()}", err=True)

    def no_match(self) -> UsageError:
        """Return the error that none of the roles was chosen."""
        found = (
            f"none of {self._count(None)} matches --account and --role"
            if self._roles
            else f"there are {self._count(None)}"
        )
        return UsageError(
            found,
            hint=f"to list all, run: sso-credential-process roles {self._session.command_line}",
        )

    def _count(self, shown: int | None) -> str:
        chosen = "" if shown in {None, self._roles} else f"{shown:,} of "
        roles = "role" if self._roles == 1 else "roles"
        accounts = "account" if len(self._account_ids) == 1 else "accounts"
        return f"{chosen}{self._roles:,} {roles} in {len(self._account_ids):,} {accounts}"

    def _age(self) -> str:
        seconds = time.time() - self._accounts.began
        return "just now" if seconds < 60 else f"{spoken(seconds)} ago (--refresh lists again)"


def _described(account: Account, role_name: str) -> str:
    return f"role {role_name} in {account.account_id} ({printable(account.name, limit=60)})"
