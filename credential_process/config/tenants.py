"""The tenant of account access manager whose roles a session is used for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from credential_process import identifiers, paths
from credential_process.config import sso_session
from credential_process.errors import UsageError, printable

if TYPE_CHECKING:
    from credential_process.session_reference import SessionReference

KEY = "credential_process_tenant_id"


def of(session: SessionReference, given: str | None) -> str:
    """Return the id of a tenant: the one that is given, or that of the session's section; empty if neither is there.

    Raises `UsageError` for an id that is not valid, and if the config lacks the session.
    """
    if given is not None:
        return checked(given)
    if not session.name:
        return ""
    return sso_session.read(paths.config_file(), session.name).tenant_id


def of_session(session: SessionReference) -> str:
    """Return the id of the tenant of a session; raises `UsageError` if it has none."""
    tenant_id = of(session, None)
    if not tenant_id:
        raise missing(session)
    return tenant_id


def checked(tenant_id: str) -> str:
    """Return the id of a tenant; raises `UsageError` if it is not valid."""
    if not identifiers.is_tenant_id(tenant_id):
        raise UsageError(
            f"--tenant-id: {printable(tenant_id, limit=80)!r} is not valid",
            hint="give its id, such as aa-1234567890abcdef",
        )
    return tenant_id


def missing(session: SessionReference) -> UsageError:
    """Return the error for the ARN of a role without a tenant."""
    place = f", or {KEY} in [sso-session {printable(session.name, limit=60)}]"
    return UsageError(
        "--role-arn is given without --tenant-id",
        hint=f"give its id, such as aa-1234567890abcdef{place if session.name else ''}",
    )
