"""`configure import`: convert profiles of the AWS CLI and of other tools."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from credential_process.cli.configure.convert import convert, profile_arguments
from credential_process.cli.configure.writing import writing_options
from credential_process.config import conversion, installation

if TYPE_CHECKING:
    from credential_process.cli.configure.writing import Writing
    from credential_process.config.profiles import Line
    from credential_process.config.sections import Section


@click.command("import")
@profile_arguments
@writing_options
def import_(names: tuple[str, ...], *, everything: bool, writing: Writing) -> None:
    """Convert profiles of the AWS CLI (sso_account_id, sso_role_name), aws-sso-util, granted and aws-vault.

    Replaces their SSO settings with credential_process. Keeps names, regions, other settings and all [sso-session]
    sections. `configure export` converts them back to profiles of the AWS CLI.
    """
    executable = installation.command()

    def managed(section: Section, line: Line, newline: str) -> str:
        return conversion.to_managed(section, line, executable, newline)

    convert(
        writing,
        names,
        conversion.native_line,
        managed,
        everything=everything,
        what="profile of the AWS CLI for IAM Identity Center",
    )
