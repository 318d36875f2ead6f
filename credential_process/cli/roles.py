"""`roles`: list the accounts and roles of a session."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import click

from credential_process.cli.options import option
from credential_process.cli.printing import print_table, stop_at_closed_pipe
from credential_process.cli.role_listing import Listed, in_order
from credential_process.cli.selection_options import selection_options
from credential_process.cli.session_options import session_options

if TYPE_CHECKING:
    from credential_process.cli.selection_options import Selection
    from credential_process.session_reference import SessionReference


@click.command()
@session_options
@selection_options
@option("--json", "as_json", help="Print one JSON object per line, as roles are listed.")
def roles(session: SessionReference, *, selection: Selection, refresh: bool, as_json: bool) -> None:
    """List the accounts and roles assigned to you.

    The list is cached for an hour. An interrupted listing is resumed. With the IDs of accounts, AWS is asked for these
    accounts alone.

    \b
        sso-credential-process roles --account 'Prod.*' --role Developer
    """  # noqa: D301  click reads the character, not its name
    listed = Listed(session, "roles", refresh=refresh, account_ids=selection.account_ids)
    chosen = filter(selection.includes, listed)
    try:
        if as_json:
            for role in chosen:
                click.echo(json.dumps(role._asdict()))
                sys.stdout.flush()
        else:
            rows = (
                (role.account_name, role.account_id, role.role_name) for role in in_order(chosen)
            )
            print_table(("account", "id", "role"), rows)
    except OSError as error:
        stop_at_closed_pipe(error)
        return
    listed.report()
