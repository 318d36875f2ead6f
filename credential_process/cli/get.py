"""The help and the completion of `get`; `__main__` runs it without click."""

from __future__ import annotations

import click

from credential_process import warm
from credential_process.cli.options import options


@click.command()
@options(*warm.VALUED, *warm.CHAINED, *warm.FLAGS)
def get(**_: object) -> None:
    """Print credentials of a role as credential_process JSON.

    Signs in through the browser if you are not signed in; concurrent calls share one sign-in.

    Name the role by --account-id and --role-name, or by --tenant-id and --role-arn if account access manager grants it.

    With --assume-role-arn, the role assumes another one (AssumeRole of AWS STS), and credentials of that are printed.
    Given again, that role assumes the next one. The other --assume-role options belong to the role before them.

    \b
    Exit codes: 0 success, 1 a sign-in is open, 2 wrong usage or configuration, 3 sign-in needed,
    4 denied by you or by AWS, 5 service or network not available, 70 a bug, 130 interrupted.
    """  # noqa: D301  click reads the character, not its name
