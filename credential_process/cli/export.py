"""`export`: print credentials for a shell, or as JSON."""

from __future__ import annotations

import re
from dataclasses import astuple
from typing import TYPE_CHECKING

import click

from credential_process import asker, asking, export_formats
from credential_process.cli.role_options import role_options
from credential_process.errors import Unavailable
from credential_process.library.credentials import Credentials

if TYPE_CHECKING:
    from credential_process.cli.role_options import Role

# What every shell reads as itself; AWS makes keys and tokens of no other characters.
_PLAIN = re.compile(r"[A-Za-z0-9+/=_.:@-]*")


@click.command()
@role_options
@click.option(
    "--format",
    "form",
    type=click.Choice(export_formats.FORMATS),
    default="process",
    show_default=True,
    help="How to print them.",
)
def export(role: Role, form: str) -> None:
    """Print credentials of a role as `aws configure export-credentials` of the AWS CLI v2 does.

    \b
        eval "$(sso-credential-process export --profile dev --format env)"
    """  # noqa: D301  click reads the character, not its name
    document = asking.role_document(role.options, program=asker.program())
    variables = export_formats.variables(*astuple(Credentials.of_line(document.line)))
    if form != "process":
        _check(variables)
    click.echo(export_formats.export(form, variables), nl=False)


def _check(variables: dict[str, str]) -> None:
    """Raise `Unavailable` for what a shell would take for a command: nobody reads what is evaluated."""
    for name, value in variables.items():
        if _PLAIN.fullmatch(value) is None:
            raise Unavailable(
                f"{name} has characters that a shell would misread", hint="use --format process"
            )
