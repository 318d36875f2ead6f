"""`configure export`: convert profiles to those of the AWS CLI."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from credential_process.cli.configure.convert import convert, profile_arguments
from credential_process.cli.configure.writing import writing_options
from credential_process.config import conversion, profiles

if TYPE_CHECKING:
    from credential_process.cli.configure.writing import Writing
    from credential_process.config.sections import Section, Sections


@click.command()
@profile_arguments
@writing_options
def export(names: tuple[str, ...], *, everything: bool, writing: Writing) -> None:
    """Convert profiles back to those of the AWS CLI, which need no sso-credential-process, but an SDK with SSO support.

    Replaces credential_process with sso_session, sso_account_id and sso_role_name. Everything else in the profile
    stays. `configure populate` continues to update the profiles that it added.
    """

    def native(section: Section, sections: Sections) -> str | None:
        line = profiles.read_line(section.options.get("credential_process", ""))
        return None if line is None else conversion.to_native(section, line, sections.newline)

    convert(
        writing,
        names,
        native,
        everything=everything,
        what="profile that uses sso-credential-process",
    )
