"""Complete accounts and roles from the lists that `roles` and `configure` have cached; nothing is asked for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from click.shell_completion import CompletionItem

from credential_process import paths
from credential_process.cli import named_sessions
from credential_process.errors import CredentialProcessError, printable
from credential_process.stores import account_list

if TYPE_CHECKING:
    from collections.abc import Iterator

    import click

    from credential_process.stores.account_list import Account


def account_ids(
    context: click.Context, _: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Complete the ID of an account, with its name as the description."""
    names = {each.account_id: each.name for each in _listed(context)}
    return [
        CompletionItem(account_id, help=printable(name, limit=60) or None)
        for account_id, name in sorted(names.items())
        if account_id.startswith(incomplete)
    ]


def role_names(context: click.Context, _: click.Parameter, incomplete: str) -> list[str]:
    """Complete the name of a role, in the account that `--account-id` names if it does."""
    account_id = context.params.get("account_id")
    found = {
        role
        for account in _listed(context)
        if account_id in {None, account.account_id}
        for role in account.roles
    }
    return sorted(role for role in found if role.startswith(incomplete))


def _listed(context: click.Context) -> Iterator[Account]:
    try:
        chosen = named_sessions.to_complete(context)
    except CredentialProcessError:
        return  # an error message would interrupt the line that the user types
    root = paths.state_root()
    for session in chosen if root else ():
        _, accounts = account_list.read(account_list.path(session.folder(root))) or (None, [])
        yield from accounts
