"""`admin applications`: list the applications of account access manager, with their tenants."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from credential_process.administration.applications import Application
from credential_process.cli.admin.administrator_options import administrator_options
from credential_process.cli.admin.output_format import output_options
from credential_process.cli.printing import print_table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from credential_process.cli.admin.output_format import OutputFormat
    from credential_process.library.administrator import Administrator


@click.command()
@administrator_options
@output_options
def applications(administrator: Administrator, *, output: OutputFormat) -> None:
    """List the applications of account access manager, with the IDs of their tenants.

    Users give the tenant ID to get a role: get --tenant-id, roles --tenant-id.

    \b
        sso-credential-process admin applications
    """  # noqa: D301  click reads the character, not its name
    output.print(Application, administrator.applications(), _print_table)


def _print_table(found: Iterable[Application]) -> None:
    rows = [
        [
            each.tenant_id,
            each.application_arn,
            each.instance_arn.rpartition("/")[2],
            f"{each.status} ({each.error})" if each.error else each.status,
        ]
        for each in found
    ]
    print_table(["tenant", "application", "instance", "status"], rows)
