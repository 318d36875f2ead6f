"""`run`: run a tool that supports neither SSO nor credential_process, with credentials in its environment."""

from __future__ import annotations

import os
import time
from dataclasses import astuple
from typing import TYPE_CHECKING

import click

from credential_process import warm
from credential_process.cli import export_formats
from credential_process.cli.chain_options import OrderedCommand
from credential_process.cli.options import option
from credential_process.cli.role_options import role_options
from credential_process.client import MARKER, embedded, streams
from credential_process.errors import CredentialProcessError
from credential_process.library.credentials import Credentials
from credential_process.system import processes

if TYPE_CHECKING:
    from credential_process.cli.role_options import Role

_SHORT_SECONDS = 15 * 60
# Variables that some SDK prefers to those set here, or that name other credentials.
_RIVALS = (
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_ACCESS_KEY",
    "AWS_SECRET_KEY",
    "AWS_SECURITY_TOKEN",
    "AWS_ROLE_ARN",
    "AWS_ROLE_SESSION_NAME",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    MARKER,
)


@click.command(cls=OrderedCommand, context_settings={"allow_interspersed_args": False})
@role_options
@option("--region", help="The region for COMMAND.", show_default="that of the profile")
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
def run(role: Role, region: str | None, command: tuple[str, ...]) -> int:
    """Run COMMAND with credentials of a role in its environment.

    For tools that support neither SSO nor credential_process. COMMAND replaces this process, so exit code and
    signals are its own. It cannot renew the credentials; a message on stderr shows when they expire if that is
    within 15 minutes.

    \b
        sso-credential-process run --account-id 123456789012 --role-name Developer -- s3cmd ls
    """  # noqa: D301  click reads the character, not its name
    line, exit_code = _line(role.options, os.path.basename(command[0]))
    if exit_code:
        return exit_code
    credentials = Credentials.of_line(line)
    _warn_of_expiration(credentials, command[0])
    try:
        return processes.become(command, _environment(credentials, region or role.region))
    except FileNotFoundError:
        click.echo(f"sso-credential-process: {command[0]}: command not found", err=True)
        return 127  # as env(1) and shells do
    except OSError as error:
        click.echo(f"sso-credential-process: {command[0]}: {error.strerror}", err=True)
        return 126


def _line(options: dict[str, str], program: str) -> tuple[str, int]:
    """Return the line of credentials and 0, or an exit code after the error was reported.

    Apart, because the tool may wait for all of its children, and a broker must not be one of them.
    """
    document = warm.find(options)
    if document is not None:
        return document.line, 0
    return processes.call_apart(lambda: _ask(options, program))


def _ask(options: dict[str, str], program: str) -> tuple[str, int]:
    try:
        return embedded.role_document(options, program=program).line, 0
    except CredentialProcessError as error:
        streams.complain(error)
        return "", error.exit_code


def _warn_of_expiration(credentials: Credentials, tool: str) -> None:
    left = credentials.expires_at.timestamp() - time.time()
    if left < _SHORT_SECONDS:
        until = credentials.expires_at.astimezone().strftime("%H:%M")
        name = os.path.basename(tool)
        click.echo(
            f"sso-credential-process: the credentials expire at {until}, in {left / 60:.0f} minutes; "
            f"{name} cannot renew them",
            err=True,
        )


def _environment(credentials: Credentials, region: str) -> dict[str, str]:
    environment = {name: value for name, value in os.environ.items() if name not in _RIVALS}
    if region:
        environment |= {"AWS_REGION": region, "AWS_DEFAULT_REGION": region}
    return environment | export_formats.variables(*astuple(credentials))
