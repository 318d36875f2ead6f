"""`admin`: read who has which permission set where, as an administrator of IAM Identity Center."""

from __future__ import annotations

import click

from credential_process.cli.commands import Commands

_COMMANDS = {
    "Commands": {
        "lookup": "Look up the ID of a name, or the name of an ID.",
        "assignments": "List who has which permission set in which account.",
    }
}


@click.group(cls=Commands, package=__name__, table=_COMMANDS)
def admin() -> None:
    """Read the users, groups, permission sets and assignments of IAM Identity Center.

    Needs a profile of the management account, or of the one that administers IAM Identity Center, with the AWS managed
    policies AWSSSOReadOnly and AWSSSODirectoryReadOnly. Changes nothing.
    """
