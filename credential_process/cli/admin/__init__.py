"""`admin`: read who has which permission set or role where, as an administrator of IAM Identity Center."""

from __future__ import annotations

import click

from credential_process.cli.commands import Commands

_COMMANDS = {
    "Commands": {
        "lookup": "Look up the ID of a name, or the name of an ID.",
        "assignments": "List who has which permission set in which account.",
        "applications": "List the applications of account access manager, and their tenants.",
        "entitlements": "List who may assume which role of account access manager.",
    }
}


@click.group(cls=Commands, package=__name__, table=_COMMANDS)
def admin() -> None:
    """Read the users, groups, permission sets and assignments of IAM Identity Center, and account access manager.

    Needs a profile of the management account, or of the one that administers IAM Identity Center, with the AWS managed
    policies AWSSSOReadOnly and AWSSSODirectoryReadOnly, and AWSAccountAccessManagerReadOnlyAccess for applications and
    entitlements. Changes nothing.
    """
