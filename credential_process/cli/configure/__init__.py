"""`configure`: add, update and remove profiles in the config file."""

from __future__ import annotations

import click

from credential_process.cli.commands import Commands

_COMMANDS = {
    "Commands": {
        "profile": "Add or update one profile.",
        "populate": "Add a profile for every account and role.",
        "remove": "Remove profiles that were added here.",
        "import": "Convert profiles of the AWS CLI and other tools.",
        "export": "Convert profiles back to those of the AWS CLI.",
        "plugin": "Add the sso commands of the AWS CLI version 2 to version 1.",
    }
}


@click.group(cls=Commands, package=__name__, table=_COMMANDS)
def configure() -> None:
    """Add, update and remove profiles in ~/.aws/config, or in the file that AWS_CONFIG_FILE names.

    Shows the changes and asks before it writes them, and keeps a backup of the file. Every byte outside of the
    changed profiles stays as it is.
    """
