"""`roles`: list the accounts and roles of a session."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import click

from credential_process.cli import access_role_listing
from credential_process.cli.debug_option import debug_option
from credential_process.cli.options import option
from credential_process.cli.printing import print_table, stop_at_closed_pipe
from credential_process.cli.role_listing import Listed, in_order
from credential_process.cli.selection_options import selection_options
from credential_process.cli.session_options import session_options

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from credential_process.cli.selection_options import Selection
    from credential_process.session_reference import SessionReference
    from credential_process.stores.account_list import Assignment


@click.command()
@session_options
@selection_options
@option("--json", "as_json", help="Print one JSON object per line, as roles are listed.")
@option(
    "--tenant-id", help="List the roles that account access manager grants in this tenant instead."
)
@debug_option
def roles(
    session: SessionReference,
    *,
    selection: Selection,
    refresh: bool,
    as_json: bool,
    tenant_id: str | None,
    debug_fields: dict[str, str],
) -> None:
    """List the accounts and roles assigned to you.

    The list is cached for an hour. An interrupted listing is resumed. With the IDs of accounts, AWS is asked for these
    accounts alone. A terminal also shows how many they are. The list of a tenant of account access manager is not
    cached. Exits 2 if no role matches --account and --role.

    \b
        sso-credential-process roles --account 'Prod.*' --role Developer
    """  # noqa: D301  click reads the character, not its name
    if tenant_id is not None:
        access_role_listing.show(
            session, tenant_id, selection, as_json=as_json, fields=debug_fields
        )
        return
    listed = Listed(
        session,
        "roles",
        refresh=refresh,
        account_ids=selection.account_ids,
        fields=debug_fields,
    )
    chosen = filter(selection.includes, listed)
    try:
        shown = _print_json(chosen) if as_json else _print_table(in_order(chosen))
    except OSError as error:
        stop_at_closed_pipe(error)
        return
    is_empty = not shown and selection.is_given
    # A program that reads the roles, or a file that keeps stderr, has no use for their number.
    listed.report(shown=shown, has_count=sys.stderr.isatty() and not as_json and not is_empty)
    if is_empty:
        raise listed.no_match()


def _print_json(roles: Iterable[Assignment]) -> int:
    """Print each role as soon as it is listed; return how many there were."""
    shown = 0
    for role in roles:
        click.echo(json.dumps(role._asdict()))
        sys.stdout.flush()
        shown += 1
    return shown


def _print_table(roles: Sequence[Assignment]) -> int:
    if roles:
        rows = ((role.account_name, role.account_id, role.role_name) for role in roles)
        print_table(("account", "id", "role"), rows)
    return len(roles)
