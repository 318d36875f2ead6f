"""`configure remove`: remove profiles that `configure` has added."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from credential_process.cli.configure.writing import writing_options
from credential_process.cli.options import option
from credential_process.config import profiles
from credential_process.errors import UsageError

if TYPE_CHECKING:
    from credential_process.cli.configure.writing import Writing
    from credential_process.config.sections import Section, Sections


@click.command()
@option("--session")
@option("--all", "everything", help="The profiles of all sessions.")
@writing_options
def remove(*, session: str | None, everything: bool, writing: Writing) -> None:
    """Remove the profiles that `configure` has added, from the config and the credentials file.

    Removes only sections whose first line shows that they were added by `configure`, lines and native ones. Keeps an
    [sso-session] that other profiles use. Keeps profiles that were imported: `configure export` converts them back.
    """
    if (session is None) != everything:
        raise UsageError("no profiles are given", hint="give --session NAME, or --all")

    def remove_managed(sections: Sections) -> None:
        used = {_session_of(each) for each in sections.all if not _is_of(each, session)}
        for section in sections.all:
            kind, _, name = section.title.partition(" ")
            if _is_of(section, session) and not (kind == "sso-session" and name in used):
                sections.remove(section)

    writing.edit(writing.config, remove_managed)
    if os.path.exists(writing.credentials):
        writing.edit(writing.credentials, remove_managed)


def _is_of(section: Section, session: str | None) -> bool:
    origin, label = section.mark
    return origin in {profiles.POPULATED, profiles.CONFIGURED} and session in {None, label}


def _session_of(section: Section) -> str:
    """Return the name of the session that a profile signs in to; empty for a start URL."""
    line = profiles.read_line(section.options.get("credential_process", ""))
    return line.session.name if line else section.options.get("sso_session", "")
