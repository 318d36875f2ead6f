"""`configure export`: turn profiles of ours into native ones."""

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
    """Turn profiles of ours into native ones, which work without this tool wherever SDKs know them.

    The session, the account and the role of the line become sso_session, sso_account_id and sso_role_name;
    everything else in the profile stays.
    """

    def native(section: Section, sections: Sections) -> str | None:
        line = profiles.read_line(section.options.get("credential_process", ""))
        return None if line is None else conversion.to_native(section, line, sections.newline)

    convert(writing, names, native, everything=everything, what="profile of ours")
