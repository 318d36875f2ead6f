"""`admin assignments`: list who has which permission set in which account."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from credential_process.administration.account_assignment import AccountAssignment
from credential_process.administration.selection import AssignmentSelection
from credential_process.cli.admin.administrator_options import administrator_options
from credential_process.cli.admin.filter_options import filter_options
from credential_process.cli.admin.output_format import output_options
from credential_process.cli.admin.shown_list import ShownList, shown_principal
from credential_process.cli.options import option
from credential_process.cli.printing import print_table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from credential_process.cli.admin.output_format import OutputFormat
    from credential_process.library.administrator import Administrator


@click.command()
@administrator_options
@filter_options(AssignmentSelection, option("--permission-set", "permission_sets", multiple=True))
@output_options
def assignments(
    administrator: Administrator, *, selection: AssignmentSelection, output: OutputFormat
) -> int:
    """List the assignments of permission sets in accounts to users and groups.

    Every filter can be repeated. An assignment is listed if it matches one of each kind that is given; users and
    groups are one kind.

    \b
        sso-credential-process admin assignments --account Production
        sso-credential-process admin assignments --user ada --through-groups
        sso-credential-process admin assignments --ou r-ab12 --recursive --csv

    A user or group that was deleted may still have assignments. They are listed with its ID alone.
    """  # noqa: D301  click reads the character, not its name
    listed = administrator.assignments(selection)
    shown = ShownList("assignments", listed)
    if not output.print(AccountAssignment, shown, _print_table):
        return 0
    more = len(listed.through_groups)
    return shown.report(*([f"{more} more through groups (--through-groups)"] if more else []))


def _print_table(found: Iterable[AccountAssignment]) -> None:
    listed = sorted(found, key=lambda each: (each.account_name.casefold(), each.account_id))
    instances = {each.instance_arn for each in listed}
    headings = ["account", "id", "permission set", "type", "user or group"]
    rows = [
        [
            each.account_name,
            each.account_id,
            each.permission_set_name or each.permission_set_arn.rpartition("/")[2],
            each.principal_type.lower(),
            shown_principal(each),
            each.instance_arn.rpartition("/")[2],
        ]
        for each in listed
    ]
    if len(instances) > 1:
        print_table([*headings, "instance"], rows)
    else:
        print_table(headings, [row[:-1] for row in rows])
