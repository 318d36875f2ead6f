"""`roles`: list the accounts and roles of a session."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import click

from credential_process.cli.all_roles import AllRoles, chosen, in_order
from credential_process.cli.debug_option import debug_option
from credential_process.cli.options import option
from credential_process.cli.printing import print_table, stop_at_closed_pipe
from credential_process.cli.selection_options import selection_options
from credential_process.cli.session_options import session_options
from credential_process.config import tenants

if TYPE_CHECKING:
    from collections.abc import Iterable

    from credential_process.cli.all_roles import Role
    from credential_process.cli.selection_options import Selection
    from credential_process.session_reference import SessionReference


@click.command()
@session_options
@selection_options
@option("--json", "as_json", help="Print one JSON object per line, as roles are listed.")
@option(
    "--tenant-id", help="List only the roles that account access manager grants in this tenant."
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

    The list is cached for an hour. An interrupted listing is resumed. With account IDs, only these accounts are
    requested. A terminal also shows how many roles there are. Exits 2 if no role matches --account and --role.

    With credential_process_tenant_id in the session, the roles that account access manager grants there are listed too.
    That list is not cached.

    \b
        sso-credential-process roles --account 'Prod.*' --role Developer
    """  # noqa: D301  click reads the character, not its name
    listed = AllRoles(
        session,
        "roles",
        tenant_id=tenants.of(session, tenant_id),
        of_tenant_alone=tenant_id is not None,
        refresh=refresh,
        account_ids=selection.account_ids,
        fields=debug_fields,
    )
    selected = chosen(listed, selection)
    try:
        shown = _print_json(selected) if as_json else _print_table(in_order(selected))
    except OSError as error:
        stop_at_closed_pipe(error)
        return
    is_empty = not shown and selection.is_given
    of_permission_sets = sum(role.access is None for role in shown)
    # A program that reads the roles, or a file that keeps stderr, has no use for their number.
    has_count = sys.stderr.isatty() and not as_json and not is_empty
    listed.report(shown=of_permission_sets, has_count=has_count)
    if is_empty:
        raise listed.no_match()


def _print_json(roles: Iterable[Role]) -> list[Role]:
    """Print each role as soon as it is listed; return them."""
    shown = []
    for role in roles:
        click.echo(json.dumps(_document(role)))
        sys.stdout.flush()
        shown.append(role)
    return shown


def _document(role: Role) -> dict[str, str]:
    assignment = role.assignment
    if role.access is None:
        return assignment._asdict()
    return {
        "account_id": assignment.account_id,
        "account_name": assignment.account_name,
        "role_arn": role.access.arn,
    }


def _print_table(roles: list[Role]) -> list[Role]:
    if roles:
        rows = (
            (role.assignment.account_name, role.assignment.account_id, role.text) for role in roles
        )
        print_table(("account", "id", "role"), rows)
    return roles
