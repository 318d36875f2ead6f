"""Choose the role of a profile from those assigned to the user, or check the one that was given."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from credential_process import warm
from credential_process.cli.all_roles import AllRoles, in_order
from credential_process.cli.configure.prompts import pick
from credential_process.cli.named_role import is_of_account_access
from credential_process.config import sessions
from credential_process.config.profiles import Line
from credential_process.config.unwritten_session import readable
from credential_process.errors import UsageError
from credential_process.identifiers import closest
from credential_process.library import recent_roles

if TYPE_CHECKING:
    from credential_process.config.sso_session import SsoSession


def choose(
    config: str,
    session: SsoSession,
    role: dict[str, str],
    *,
    refresh: bool,
    debug_fields: dict[str, str],
) -> Line:
    """Sign in if needed, and return the line for the role that the user chooses among those that match.

    `role` has the options that are given. The session need not be in the config file yet. Raises `UsageError` if no
    role matches.
    """
    account_id, role_name = role.get("--account-id"), role.get("--role-name")
    of_tenant = is_of_account_access(role)
    has_tenant = of_tenant or not role
    with readable(config, session) as fields:
        listed = AllRoles(
            session.reference,
            "configure profile",
            tenant_id=role.get(warm.TENANT, session.tenant_id) if has_tenant else "",
            of_tenant_alone=of_tenant,
            refresh=refresh,
            account_ids=[account_id] if account_id else [],
            fields={**fields, **debug_fields},
        )
        roles = in_order(
            each
            for each in listed
            if account_id in {None, each.assignment.account_id}
            and role_name in {None, each.assignment.role_name}
        )
    if not roles:
        raise UsageError(
            f"{session.label}: no such role is assigned to you",
            hint="list yours with: sso-credential-process roles",
        )
    entries = [
        (each.assignment.account_name, each.assignment.account_id, each.text) for each in roles
    ]
    line = roles[pick("roles", entries)].line(session.reference)
    return Line.of_options(session.reference, {**line.role, **role}) or line


def warn_if_unlisted(config: str, session: SsoSession, account_id: str, role_name: str) -> bool:
    """Return whether a list of the last hour lacks the account or the role, after a warning; sends no request."""
    if session.name and not sessions.is_configured(config, session):
        return False  # it was never signed in to
    roles = recent_roles.in_account(session.reference, account_id)
    if roles is None or role_name in roles:
        return False
    if not roles:
        what = f"no role in the account {account_id} is assigned to you"
        hint = f"to see yours, run: sso-credential-process roles {session.options}"
    else:
        what = f"no role {role_name} in {account_id} is assigned to you"
        hint = f"did you mean {closest(role_name, roles) or ', '.join(sorted(roles))}?"
    click.echo(f"Warning: {session.label}: {what}; {hint}", err=True)
    return True
