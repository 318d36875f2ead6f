"""The argument NAME, of a session or of a profile that signs in to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from credential_process import paths
from credential_process.cli import completers
from credential_process.cli.given_options import remember
from credential_process.client import arguments
from credential_process.config import reader, sessions

if TYPE_CHECKING:
    from credential_process.cli.options import Command
    from credential_process.session_reference import SessionReference

KEY = "name"


def session_argument(command: Command) -> Command:
    """Add the argument, which `given_options` remembers."""
    argument = click.argument(
        KEY,
        metavar="[NAME]",
        required=False,
        callback=remember,
        expose_value=False,
        shell_complete=completers.sessions_and_profiles,
    )
    return argument(command)


def session_of(name: str) -> SessionReference:
    """Find the session of a NAME; if a profile has that name as well, report on stderr which of them is meant.

    Raises `UsageError` as `sessions.of_name` does.
    """
    path = paths.config_file()
    named = arguments.check_session(sessions.of_name(path, name))
    if name in sessions.names(path) and name in reader.sections(path, "profile"):
        click.echo(
            f"{name} is a session and a profile: using the session; for the profile, give --profile {name}",
            err=True,
        )
    return named
