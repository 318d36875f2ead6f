"""`admin lookup`: print the ids of names, and the names of ids."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from credential_process.administration.named import KINDS, not_one
from credential_process.cli.admin.administrator_options import administrator_options
from credential_process.cli.options import option
from credential_process.cli.printing import print_table, stop_at_closed_pipe
from credential_process.client import streams
from credential_process.errors import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from credential_process.administration.named import Named
    from credential_process.library.administrator import Administrator


@click.command()
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("names", metavar="[NAME|ID]...", nargs=-1)
@administrator_options
@option("--json", "as_json", help="Print one JSON object per line, with name, ID and instance.")
def lookup(
    administrator: Administrator, *, kind: str, names: tuple[str, ...], as_json: bool
) -> int:
    """Look up the ID of each name, and the name of each ID.

    Prints one line for each NAME or ID, in their order; the line is empty (null in JSON), and the exit code is 2, if
    nothing has the name, or several have it. Without NAME, lists all.

    \b
        sso-credential-process admin lookup user ada
        sso-credential-process admin lookup permission-set ps-1234567890abcdef
        sso-credential-process admin lookup account

    An instance, and its identity store, are found by their names, by ARN or by ID. Most instances have no name: the ID,
    ssoins-…, is shown instead.
    """  # noqa: D301  click reads the character, not its name
    lookup = administrator.lookup(kind)
    try:
        if names:
            return _print_each(kind, names, lookup.find(names), as_json=as_json)
        _print_all(lookup.all(), as_json=as_json)
    except OSError as error:
        stop_at_closed_pipe(error)
    return 0


def _print_each(
    kind: str, texts: Sequence[str], found: Sequence[Sequence[Named]], *, as_json: bool
) -> int:
    exit_code = 0
    for text, matching in zip(texts, found, strict=True):
        if len(matching) == 1:
            click.echo(_to_json(matching[0]) if as_json else _counterpart(text, matching[0]))
            continue
        failure = not_one(kind, text, matching)
        exit_code = failure.exit_code
        click.echo("null" if as_json else "")
        streams.complain(failure)
    return exit_code


def _counterpart(text: str, named: Named) -> str:
    """Return the id of what was found by its name, and the name of what was found by its id."""
    return named.id if text == named.name else printable(named.name)


def _print_all(found: Iterable[Named], *, as_json: bool) -> None:
    if as_json:
        for each in found:
            click.echo(_to_json(each))
    else:
        rows = sorted((each.name, each.id) for each in found)
        print_table(("name", "id"), rows)


def _to_json(named: Named) -> str:
    return json.dumps(asdict(named))
