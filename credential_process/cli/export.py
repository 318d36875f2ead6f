"""`export`: print credentials for a shell, or as JSON."""

from __future__ import annotations

from dataclasses import astuple
from typing import TYPE_CHECKING

import click

from credential_process.cli import export_formats
from credential_process.cli.chain_options import OrderedCommand
from credential_process.cli.options import option
from credential_process.cli.role_options import role_options
from credential_process.client import embedded
from credential_process.library.credentials import Credentials
from credential_process.system import surroundings

if TYPE_CHECKING:
    from credential_process.cli.role_options import Role


@click.command(cls=OrderedCommand)
@role_options
@option(
    "--format",
    "form",
    type=click.Choice([*export_formats.FORMATS, export_formats.STS]),
    default="process",
    show_default=True,
)
def export(role: Role, form: str) -> None:
    """Print credentials of a role in the formats of `aws configure export-credentials` (AWS CLI v2).

    credential-export prints {"Credentials": {...}} as `aws sts assume-role` does, for tools such as coding agents.

    \b
    In sh, bash and zsh, in PowerShell, and in a batch file:
        eval "$(sso-credential-process export --profile dev --format env)"
        sso-credential-process export --profile dev --format powershell | Out-String | Invoke-Expression
        for /f "delims=" %%a in ('sso-credential-process export --profile dev --format windows-cmd') do %%a
    """  # noqa: D301  click needs the backspace character itself
    document = embedded.role_document(role.options, program=surroundings.calling_program())
    variables = export_formats.variables(*astuple(Credentials.of_line(document.line)))
    click.echo(export_formats.export(form, variables), nl=False)
