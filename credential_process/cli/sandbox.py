"""``sandbox``: serve a pretend Identity Center on this machine, to try everything without AWS."""

from __future__ import annotations

import errno
import os
import shutil
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from credential_process import identifiers
from credential_process.cli.options import option
from credential_process.config import installation
from credential_process.errors import Unavailable, UsageError
from credential_process.sandbox import Sandbox
from credential_process.sandbox.home import HomeInUse, profile_line, write_home
from credential_process.system import advice, processes

if TYPE_CHECKING:
    from collections.abc import Iterator

_COUNT = click.IntRange(min=1)


@click.command()
@option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    help="Listen on this port; 0 chooses a free one.",
)
@option("--accounts", type=_COUNT, default=3, show_default=True)
@option("--roles", type=_COUNT, default=2, show_default=True)
@option("--region", default="us-east-1", show_default=True, help="The region of the service.")
@option("--home", type=click.Path(file_okay=False, path_type=Path))
def sandbox(port: int, accounts: int, roles: int, region: str, home: Path | None) -> None:
    """Serve a pretend Identity Center until Ctrl-C.

    Prints the environment to export, with a separate home. Nothing is sent to AWS.
    """
    if not identifiers.is_region(region):
        raise UsageError(
            f"--region: {region!r} is not a valid region", hint="use a name such as eu-west-1"
        )
    processes.defer_stop()
    try:
        pretend = Sandbox(port=port, accounts=accounts, roles=roles, region=region)
        with pretend, _home(home) as its_home:
            write_home(pretend, its_home, installation.command())
            click.echo(_exports(pretend, its_home), nl=False)
            sys.stdout.flush()
            click.echo(_explanation(pretend), err=True, nl=False)
            processes.wait_for_stop()
    except HomeInUse as exc:
        raise UsageError(
            f"--home: {exc} was not written by the sandbox", hint="use an empty folder"
        ) from exc
    except OSError as exc:
        is_taken = exc.errno == errno.EADDRINUSE
        raise Unavailable(
            f"the sandbox cannot start: {exc.strerror or exc}",
            hint="give another --port, or none" if is_taken else "",
        ) from exc


@contextmanager
def _home(wanted: Path | None) -> Iterator[Path]:
    if wanted is not None:
        yield wanted.absolute()
        return
    temporary = tempfile.mkdtemp(prefix="sso-sandbox-")
    try:
        yield Path(temporary)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _exports(pretend: Sandbox, home: Path) -> str:
    variables = {advice.home_variable(): str(home), **pretend.environment}
    # If these two are set, they would override the files in the home.
    if "AWS_CONFIG_FILE" in os.environ:
        variables["AWS_CONFIG_FILE"] = str(home / ".aws" / "config")
    if "AWS_SHARED_CREDENTIALS_FILE" in os.environ:
        variables["AWS_SHARED_CREDENTIALS_FILE"] = str(home / ".aws" / "credentials")
    return "".join(f"{advice.assignment(*variable)}\n" for variable in variables.items())


def _explanation(pretend: Sandbox) -> str:
    return f"""
A pretend IAM Identity Center is running at {pretend.url} ({len(pretend.accounts)} accounts).
Copy the lines above into another shell. There, use the profile dev with any AWS SDK, or get
credentials with:

    {profile_line(pretend, installation.command())}

Your browser opens; sign in with any user name and password. Press Ctrl-C to stop the sandbox.
"""
