"""``sandbox``: serve a pretend Identity Center on this machine, to try everything without AWS."""

from __future__ import annotations

import errno
import os
import shutil
import sys
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from credential_process import identifiers
from credential_process.cli import sandbox_browser, sandbox_environment
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
@option("--port", type=click.IntRange(0, 65535), default=0)
@option("--accounts", type=_COUNT, default=3, show_default=True)
@option("--roles", type=_COUNT, default=2, show_default=True)
@option("--region", default="us-east-1", show_default=True, help="The region of the service.")
@option("--home", type=click.Path(file_okay=False, path_type=Path))
@option("--demo")
def sandbox(
    port: int, accounts: int, roles: int, region: str, home: Path | None, *, demo: bool
) -> int:
    """Serve a pretend Identity Center until Ctrl-C.

    Prints the environment to export, with a separate home. Only the sign-in, the roles and STS are simulated: other
    calls of your programs go to AWS, which refuses them.
    """
    if not identifiers.is_region(region):
        raise UsageError(
            f"--region: {region!r} is not a valid region", hint="use a name such as eu-west-1"
        )
    if demo and home is not None:
        raise UsageError(
            "--home: the demo leaves nothing behind", hint="leave out --home or --demo"
        )
    pretend = Sandbox(port=port, accounts=accounts, roles=roles, region=region)
    return _demonstrate(pretend) if demo else _serve(pretend, home)


def _demonstrate(pretend: Sandbox) -> int:
    from credential_process.cli import demo  # it takes time to load
    from credential_process.cli.stops import Stops

    executable = installation.command()
    with Stops() as stops, _running(pretend):
        return demo.show(pretend, executable, stops)


def _serve(pretend: Sandbox, wanted_home: Path | None) -> int:
    executable = installation.command()
    processes.defer_stop()
    try:
        with _running(pretend), _home(wanted_home) as home:
            write_home(pretend, home, executable)
            click.echo(_exports(pretend, home), nl=False)
            sys.stdout.flush()
            click.echo(_explanation(pretend, executable), err=True, nl=False)
            processes.wait_for_stop()
    except HomeInUse as exc:
        raise UsageError(
            f"--home: {exc} was not written by the sandbox", hint="use an empty folder"
        ) from exc
    except OSError as exc:
        raise Unavailable(f"the sandbox cannot start: {exc.strerror or exc}") from exc
    _report_stop(is_home_removed=wanted_home is None)
    return 0


def _report_stop(*, is_home_removed: bool) -> None:
    removed = "; its home is removed" if is_home_removed else ""
    # A new line first: a terminal has just shown ^C. The terminal may have been closed, too.
    with suppress(OSError):
        os.write(2, f"\nSandbox stopped{removed}. Close the other terminal.\n".encode())


@contextmanager
def _running(pretend: Sandbox) -> Iterator[None]:
    try:
        pretend.start()
    except OSError as exc:
        is_taken = exc.errno == errno.EADDRINUSE
        raise Unavailable(
            f"the sandbox cannot start: {exc.strerror or exc}",
            hint="give another --port, or none" if is_taken else "",
        ) from exc
    try:
        yield
    finally:
        pretend.stop()


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
    variables = sandbox_environment.variables(pretend, home)
    # If these two are set, they would override the files in the home.
    if "AWS_CONFIG_FILE" in os.environ:
        variables["AWS_CONFIG_FILE"] = str(home / ".aws" / "config")
    if "AWS_SHARED_CREDENTIALS_FILE" in os.environ:
        variables["AWS_SHARED_CREDENTIALS_FILE"] = str(home / ".aws" / "credentials")
    return "".join(f"{advice.assignment(*variable)}\n" for variable in variables.items())


def _explanation(pretend: Sandbox, executable: str) -> str:
    return f"""
A pretend IAM Identity Center is running at {pretend.url} ({len(pretend.accounts)} accounts).
Copy the lines above into another terminal, which you close afterwards. There, use the profile dev
with the AWS CLI or any SDK (aws sts get-caller-identity --profile dev), or print credentials with:

    {profile_line(pretend, executable)}

{_sign_in(pretend)}
Press Ctrl-C here to stop the sandbox.
"""


def _sign_in(pretend: Sandbox) -> str:
    """Return how to sign in, in a terminal with the environment of this one."""
    if sandbox_browser.reach(has_terminal=True) == "browser":
        return "Your browser opens; sign in with any user name and password."
    return f"""An address and a code are shown there. Open the address in a browser on this computer,
and sign in with any user name and password.
{sandbox_browser.forwarding(pretend)}"""
