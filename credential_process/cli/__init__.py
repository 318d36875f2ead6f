"""The commands that people type, one module each."""

from __future__ import annotations

import click

from credential_process import __version__
from credential_process.cli.commands import Commands
from credential_process.client import streams
from credential_process.errors import CredentialProcessError

_COMMANDS = {
    "check": "Say what keeps profiles from working, and what mends it.",
    "completion": "Let your shell complete commands, options and names.",
    "configure": "Write profiles into ~/.aws/config, and take them out again.",
    "export": "Print credentials of a role for a shell.",
    "get": "Print credentials of a role as credential_process JSON.",
    "login": "Sign in to a session, if that is needed.",
    "logout": "Sign out of a session.",
    "run": "Run a tool with credentials of a role in its environment.",
    "roles": "List the accounts and roles that you may use.",
    "sandbox": "Run a pretend Identity Center on this machine.",
    "status": "Say how sessions stand.",
}


@click.group(
    cls=Commands,
    package=__name__,
    table=_COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, message="%(prog)s %(version)s")
def commands() -> None:
    """Give AWS credentials through IAM Identity Center (AWS SSO) to every SDK and tool.

    One line in ~/.aws/config does it:

    \b
        [profile dev]
        credential_process = /path/to/sso-credential-process get
            --sso-session corp --account-id 123456789012 --role-name Developer
    """  # noqa: D301  click reads the character, not its name


def main() -> int:
    """Run a command; its errors become one line on stderr and the exit code of their kind."""
    try:
        result = commands.main(prog_name="sso-credential-process", standalone_mode=False)
    except click.exceptions.Abort:
        return 130
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except CredentialProcessError as error:
        failure = error
    except OSError as error:
        failure = streams.from_os_error(error)
    else:
        return result if isinstance(result, int) else 0
    streams.complain(failure)
    return failure.exit_code
