"""`configure import`: turn native profiles, and those of other tools, into ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from credential_process.cli.configure.convert import convert, profile_arguments
from credential_process.cli.configure.writing import writing_options
from credential_process.config import conversion, profiles

if TYPE_CHECKING:
    from credential_process.cli.configure.writing import Writing
    from credential_process.config.sections import Section, Sections


@click.command("import")
@profile_arguments
@writing_options
def import_(names: tuple[str, ...], *, everything: bool, writing: Writing) -> None:
    """Turn native profiles (sso_account_id, sso_role_name) into ours, and those of aws-sso-util, granted and aws-vault.

    Their names, regions and other settings stay, and so does every [sso-session]. `configure export` makes
    native ones of them.
    """
    executable = profiles.executable()

    def ours(section: Section, sections: Sections) -> str | None:
        line = conversion.native_line(section, sections)
        return conversion.to_ours(section, line, executable, sections.newline) if line else None

    convert(
        writing, names, ours, everything=everything, what="native profile for IAM Identity Center"
    )
