"""`roles`: list the accounts and roles of a session."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from credential_process.cli.options import option
from credential_process.cli.role_listing import Listed, in_order
from credential_process.cli.selection_options import selection_options
from credential_process.cli.session_options import session_options
from credential_process.errors import printable
from credential_process.system import surroundings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from credential_process.cli.selection_options import Selection
    from credential_process.session_reference import SessionReference
    from credential_process.stores.account_list import Assignment


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
            _print_table(in_order(chosen))
    except OSError as error:
        if not surroundings.is_closed_pipe(error):
            raise
        # `head` has closed the pipe. Python must not write to it at exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return
    listed.report()


def _print_table(found: Iterable[Assignment]) -> None:
    table = Table("account", "id", "role", box=None, pad_edge=False, header_style="bold")
    for role in found:
        # Text, not str: a name may look like rich's markup, or contain control characters.
        cells = (role.account_name, role.account_id, role.role_name)
        table.add_row(*(Text(printable(cell)) for cell in cells))
    console = Console() if sys.stdout.isatty() else Console(width=10_000)
    console.print(table)
