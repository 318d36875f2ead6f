"""`admin entitlements`: list which users and groups may assume which IAM roles."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from credential_process.administration.entitlements import Entitlement
from credential_process.administration.selection import EntitlementSelection
from credential_process.cli.admin.administrator_options import administrator_options
from credential_process.cli.admin.filter_options import filter_options
from credential_process.cli.admin.output_format import output_options
from credential_process.cli.admin.shown_list import ShownList, shown_principal
from credential_process.cli.options import option
from credential_process.cli.printing import print_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from credential_process.administration.entitlements import Entitlements
    from credential_process.cli.admin.output_format import OutputFormat
    from credential_process.library.administrator import Administrator

_OF_ROLE = (
    "Only this role, or those whose whole ARN, or whole name without the path, matches this "
    "regular expression."
)


@click.command()
@administrator_options
@option("--application", "applications", multiple=True)
@filter_options(
    EntitlementSelection,
    option(
        "--role", "roles", multiple=True, metavar="NAME|ARN", help=_OF_ROLE, shell_complete=None
    ),
)
@output_options
def entitlements(
    administrator: Administrator, *, selection: EntitlementSelection, output: OutputFormat
) -> int:
    """List the entitlements of account access manager: users and groups, and the IAM roles that they may assume.

    Every filter can be repeated. An entitlement is listed if it matches one of each kind that is given; users and
    groups are one kind.

    \b
        sso-credential-process admin entitlements --account Production
        sso-credential-process admin entitlements --user ada --through-groups
        sso-credential-process admin entitlements --role Release --csv

    A user or group that was deleted may still have entitlements. They are listed with its ID alone.
    """  # noqa: D301  click reads the character, not its name
    listed = administrator.entitlements(selection)
    shown = ShownList("entitlements", listed)
    if not output.print(Entitlement, shown, _print_table):
        return 0
    return shown.report(*_left_out(selection, listed, is_empty=not shown.count))


def _left_out(
    selection: EntitlementSelection, listed: Entitlements, *, is_empty: bool
) -> Iterator[str]:
    """Yield what a reader of the list may miss in it."""
    if selection.users and not selection.through_groups:
        yield "without those through groups (--through-groups)"
    if is_empty and listed.of_other_roles:
        yield f"{listed.of_other_roles} are for other roles"


def _print_table(found: Iterable[Entitlement]) -> None:
    listed = sorted(
        found, key=lambda each: (each.account_name.casefold(), each.account_id, each.role_arn)
    )
    headings = ["account", "id", "role", "type", "user or group"]
    rows = [
        [
            each.account_name,
            each.account_id,
            each.role_arn.partition(":role/")[2],
            each.principal_type.lower(),
            shown_principal(each),
            each.tenant_id,
        ]
        for each in listed
    ]
    if len({each.application_arn for each in listed}) > 1:
        print_table([*headings, "tenant"], rows)
    else:
        print_table(headings, [row[:-1] for row in rows])
