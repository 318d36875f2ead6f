"""List the roles that account access manager grants, for `roles --tenant-id`."""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING

import click

from credential_process.cli.printing import print_table, stop_at_closed_pipe
from credential_process.cli.role_listing import report_each
from credential_process.cli.sign_in_display import SignInDisplay
from credential_process.errors import UsageError
from credential_process.library.access_roles import list_access_roles
from credential_process.stores.account_list import Assignment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from credential_process.cli.selection_options import Selection
    from credential_process.identity_center.replies import EntitledRole
    from credential_process.session_reference import SessionReference


def show(
    session: SessionReference,
    tenant_id: str,
    selection: Selection,
    *,
    as_json: bool,
    fields: dict[str, str],
) -> None:
    """Print the roles of a tenant that are selected: ``--role`` means the name without the path.

    Raises `UsageError` if there are none, though some were selected.
    """
    with contextlib.closing(SignInDisplay(session.label)) as display:
        roles, left_out = list_access_roles(
            session,
            tenant_id,
            {"terminal": "no", **fields},
            program="sso-credential-process roles",
            on_look=display.look,
        )
    chosen = [role for role in roles if selection.includes(_assignment(role))]
    try:
        _print_json(chosen) if as_json else _print_table(chosen)
    except OSError as error:
        stop_at_closed_pipe(error)
        return
    report_each("left out, since no line can have this ARN", left_out)
    if selection.is_given and not chosen:
        raise UsageError(
            f"none of your {len(roles)} roles in {tenant_id} matches --account and --role",
            hint="run it without them to see all",
        )


def _assignment(role: EntitledRole) -> Assignment:
    return Assignment(role.account_id, role.account_name, "", role.arn.rpartition("/")[2])


def _print_json(roles: Sequence[EntitledRole]) -> None:
    for role in roles:
        document = {
            "account_id": role.account_id,
            "account_name": role.account_name,
            "role_arn": role.arn,
        }
        click.echo(json.dumps(document))


def _print_table(roles: Sequence[EntitledRole]) -> None:
    if roles:
        rows = sorted((role.account_name, role.account_id, role.arn) for role in roles)
        print_table(("account", "id", "role"), rows)
