"""List the accounts and roles of a session, for a program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from credential_process.client import arguments, interaction
from credential_process.errors import Refused, UsageError
from credential_process.identifiers import is_account_id
from credential_process.library.account_role_stream import NamedAccounts
from credential_process.library.account_stream import Accounts
from credential_process.library.argument_types import listed
from credential_process.library.named_session import named_session

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from credential_process.session_reference import SessionReference
    from credential_process.stores.account_list import Account, Assignment


def list_accounts(
    start_url: str | None = None,
    sso_region: str | None = None,
    *,
    sso_session: str | None = None,
    login: bool = False,
    refresh: bool = False,
) -> Iterator[Account]:
    """Yield the accounts that you have a role in, one by one as AWS lists them.

    The session is named as for `get_credentials`, and `login` means the same. A list from the last hour is used,
    unless `refresh` asks for a new one. Each `Account` has an `account_id`, a `name` and an `email` (either may be
    empty), the names of its `roles`, and in `refused` the reason if AWS did not list them.

    Iterating raises `UsageError`, `SignInNeeded`, `SignInOpen`, `Refused` or `Unavailable`.

    >>> from credential_process import library
    >>> accounts = library.list_accounts(sso_session="corp", login=True)
    >>> sorted(account.account_id for account in accounts)
    ['111122220001', '111122220002', '111122220003']
    """
    session = arguments.check_session(named_session(start_url, sso_region, sso_session))
    fields = {} if login else interaction.LOGIN_FALSE
    yield from Accounts(session, refresh=refresh, fields=fields)


def list_roles(
    start_url: str | None = None,
    sso_region: str | None = None,
    account_id: str | Iterable[str] | None = None,
    *,
    sso_session: str | None = None,
    login: bool = False,
    refresh: bool = False,
) -> Iterator[Assignment]:
    """Yield the roles assigned to you, one by one as AWS lists them, in all accounts or in those that you name.

    `account_id` is an account ID, or several. AWS is asked for these accounts alone, with one request for each, unless
    it was listed within the last hour; their names and emails are known only if all accounts were listed before.
    Everything else is as for `list_accounts`. Each `Assignment` has an `account_id`, an `account_name` (the ID if it
    has no name), an `account_email` and a `role_name`.

    Iterating raises as `list_accounts` does, and `Refused` if AWS does not list the roles of an account, such as one
    that you have no role in.

    >>> from credential_process import library
    >>> roles = library.list_roles(sso_session="corp", account_id="111122220002", login=True)
    >>> sorted(role.role_name for role in roles)
    ['Administrator', 'Developer']
    """
    session = arguments.check_session(named_session(start_url, sso_region, sso_session))
    fields = {} if login else interaction.LOGIN_FALSE
    accounts: Iterable[Account]
    if account_id is None:
        accounts = Accounts(session, refresh=refresh, fields=fields)
    else:
        account_ids = listed(account_id)
        for each in account_ids:
            _check_account(each)
        accounts = NamedAccounts(session, account_ids, refresh=refresh, fields=fields)
    for account in accounts:
        if account.refused:
            raise not_listed(account, session)
        yield from account.assignments


def not_listed(account: Account, session: SessionReference) -> Refused:
    """Return the error for an account whose roles AWS does not list."""
    return Refused(
        f"AWS does not list the roles in {account.account_id}: {account.refused}",
        hint=f"to list yours, run: sso-credential-process roles {session.command_line}",
    )


def _check_account(account_id: object) -> None:
    if not isinstance(account_id, str) or not is_account_id(account_id):
        raise UsageError(f"account_id: {account_id!a:.80} is not valid", hint="give 12 digits")
