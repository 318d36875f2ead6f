"""`configure`: write profiles of ours, and take them out again."""

from __future__ import annotations

import click

from credential_process.cli.commands import Commands

_COMMANDS = {
    "export": "Turn profiles of ours into native ones.",
    "import": "Turn native and aws-sso-util profiles into ours.",
    "plugin": "Give the AWS CLI version 1 the commands that version 2 has.",
    "populate": "Write a profile for every account and role.",
    "profile": "Write one profile.",
    "remove": "Take out what was written here.",
}


@click.group(cls=Commands, package=__name__, table=_COMMANDS)
def configure() -> None:
    """Write profiles into ~/.aws/config, and take them out again.

    Nothing but the profiles named is touched: every other byte of the file stays. What will change is shown, and
    asked about; the old file is kept beside the new one. AWS_CONFIG_FILE is honoured.
    """
