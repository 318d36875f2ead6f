"""The commands that users type, one module each."""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING

import click

from credential_process import __version__
from credential_process.cli.commands import Commands
from credential_process.client import streams
from credential_process.errors import CredentialProcessError, Defect

if TYPE_CHECKING:
    from typing import TextIO

_COMMANDS = {
    "Set up": {
        "configure": "Add, update and remove profiles in ~/.aws/config.",
        "check": "Diagnose profiles and show how to fix them.",
        "completion": "Print the completion script for your shell.",
    },
    "Every day": {
        "login": "Sign in to a session if needed.",
        "logout": "Sign out of a session.",
        "status": "Show the status of sessions.",
        "roles": "List the accounts and roles assigned to you.",
        "run": "Run a command with credentials of a role in its environment.",
        "export": "Print credentials as JSON, or for a shell with --format env.",
        "console": "Open the AWS console with a role in your browser.",
    },
    "For SDKs": {
        "get": "Print credentials of a role as credential_process JSON.",
        "serve": "Serve credentials to containers and remote machines.",
    },
    "Administrators": {
        "admin": "Look up names and IDs, and list the assignments of all users.",
    },
    "Try it": {
        "sandbox": "Run a pretend IAM Identity Center on this computer.",
    },
}


@click.group(
    cls=Commands,
    package=__name__,
    table=_COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, "-V", "--version", message="%(prog)s %(version)s")
def commands() -> None:
    """Get AWS credentials through IAM Identity Center (AWS SSO) in any SDK or tool.

    SDKs start it through a line in ~/.aws/config, which `configure` writes:

    \b
        [profile dev]
        credential_process = /path/to/sso-credential-process get
            --sso-session corp --account-id 123456789012 --role-name Developer
    """  # noqa: D301  click reads the character, not its name


def main() -> int:
    """Run a command, and report its error as one line on stderr and the exit code of its kind."""
    streams.open_closed()
    _print_what_can_be_printed(sys.stdout)
    try:
        result = commands.main(prog_name="sso-credential-process", standalone_mode=False)
    except click.exceptions.Abort:
        return 130
    except click.ClickException as error:
        from credential_process.cli import usage_errors

        if isinstance(error, usage_errors.HELP):
            error.show()
            return error.exit_code
        failure: CredentialProcessError = usage_errors.in_one_line(error)
    except CredentialProcessError as error:
        failure = error
    except OSError as error:
        failure = streams.from_os_error(error)
    except Exception as error:  # noqa: BLE001  the frames are for the report; the message may have a secret in it
        import traceback  # only a defect needs it

        traceback.print_tb(error.__traceback__)
        failure = Defect(f"defect: {type(error).__name__} in sso-credential-process {__version__}")
    except SystemExit as end:  # of click, after a completion
        if isinstance(end.code, int):
            return end.code
        raise
    else:
        return result if isinstance(result, int) else 0
    streams.complain(failure)
    return failure.exit_code


def _print_what_can_be_printed(stream: TextIO) -> None:
    """Replace the letters of a name that the encoding of a pipe does not have, instead of failing in the middle.

    On Windows, a pipe has the code page of the country; stderr does this already.
    """
    if isinstance(stream, io.TextIOWrapper) and stream.errors == "strict":
        stream.reconfigure(errors="replace")
