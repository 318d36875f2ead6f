"""`admin assignments`: list who has which permission set in which account."""

from __future__ import annotations

import csv
import json
import sys
from dataclasses import asdict, fields
from typing import TYPE_CHECKING

import click

from credential_process.administration.assignments import AccountAssignment
from credential_process.administration.selection import Selection
from credential_process.cli.admin.administrator_options import administrator_options
from credential_process.cli.options import option
from credential_process.cli.printing import print_table, progress_bar, stop_at_closed_pipe
from credential_process.cli.role_listing import report_each
from credential_process.errors import Refused, UsageError, printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from credential_process.administration.assignments import Assignments
    from credential_process.library.administrator import Administrator

_COLUMNS = [field.name for field in fields(AccountAssignment)]


@click.command()
@administrator_options
@option("--user", multiple=True)
@option("--group", multiple=True)
@option("--permission-set", multiple=True)
@option("--account", multiple=True)
@option("--ou", multiple=True)
@option("--recursive")
@option("--through-groups")
@option("--no-names")
@option("--json", "as_json", help="Print one JSON object per line, as assignments are listed.")
@option("--csv", "as_csv")
def assignments(
    administrator: Administrator,
    *,
    user: tuple[str, ...],
    group: tuple[str, ...],
    permission_set: tuple[str, ...],
    account: tuple[str, ...],
    ou: tuple[str, ...],
    recursive: bool,
    through_groups: bool,
    no_names: bool,
    as_json: bool,
    as_csv: bool,
) -> int:
    """List the assignments of permission sets in accounts to users and groups.

    Every option can be repeated. An assignment is listed if it matches one of each kind that is given; users and
    groups are one kind.

    \b
        sso-credential-process admin assignments --account Production
        sso-credential-process admin assignments --user ada --through-groups
        sso-credential-process admin assignments --ou r-ab12 --recursive --csv

    A user or group that was deleted may still have assignments. They are listed with its ID alone.
    """  # noqa: D301  click reads the character, not its name
    if as_json and as_csv:
        raise UsageError("--json and --csv are given", hint="give one of them")
    selection = Selection(
        users=user,
        groups=group,
        permission_sets=permission_set,
        accounts=account,
        units=ou,
        is_recursive=recursive,
        through_groups=through_groups,
        with_names=not no_names,
    )
    listed = administrator.assignments(selection)
    shown = _Shown(listed)
    try:
        if as_json:
            _print_json(shown)
        elif as_csv:
            _print_csv(shown)
        else:
            _print_table(shown)
    except OSError as error:
        stop_at_closed_pipe(error)
        return 0
    return shown.report()


class _Shown:
    """The assignments with a progress bar while they are listed; iterate once."""

    def __init__(self, listed: Assignments) -> None:
        self._listed = listed
        self._count = 0
        self._of_deleted = 0

    def __iter__(self) -> Iterator[AccountAssignment]:
        with progress_bar() as progress:
            task = progress.add_task("Listing assignments", total=None)
            self._listed.on_answer = lambda: progress.update(
                task, completed=self._listed.done, total=self._listed.known
            )
            for each in self._listed:
                self._count += 1
                self._of_deleted += each.principal_name is None
                yield each

    def report(self) -> int:
        """Print on stderr how many there were, and what was left out; return the exit code."""
        report_each("skipped", [printable(each, limit=300) for each in self._listed.skipped])
        line = f"{self._count} assignments"
        if self._of_deleted:
            line += f", {self._of_deleted} of them of users or groups that were deleted"
        if self._listed.through_groups:
            line += f"; {len(self._listed.through_groups)} more through groups (--through-groups)"
        click.echo(line, err=True)
        return Refused.exit_code if self._listed.skipped and not self._count else 0


def _print_json(found: Iterable[AccountAssignment]) -> None:
    for each in found:
        click.echo(json.dumps(asdict(each)))
        sys.stdout.flush()


def _print_csv(found: Iterable[AccountAssignment]) -> None:
    rows = csv.writer(sys.stdout, lineterminator="\n")
    rows.writerow(_COLUMNS)
    for each in found:
        rows.writerow(asdict(each).values())
        sys.stdout.flush()


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
            _principal(each),
            each.instance_arn.rpartition("/")[2],
        ]
        for each in listed
    ]
    if len(instances) > 1:
        print_table([*headings, "instance"], rows)
    else:
        print_table(headings, [row[:-1] for row in rows])


def _principal(assignment: AccountAssignment) -> str:
    if assignment.principal_name is None:
        return f"{assignment.principal_id} (deleted)"
    return assignment.principal_name or assignment.principal_id
