"""The roles in an account by the lists of the last hour, without a request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from credential_process.client import arguments
from credential_process.session import recent_roles
from credential_process.session.context import SessionContext

if TYPE_CHECKING:
    from credential_process.session_reference import SessionReference


def in_account(session: SessionReference, account_id: str) -> tuple[str, ...] | None:
    """Return the names of the user's roles in an account, none if it is not assigned; None if no list is recent.

    Raises `UsageError` if the config lacks the session.
    """
    folder = session.folder(arguments.state_root())
    context = SessionContext.here(session)
    try:
        signed_in = context.tokens.signed_in()
    except OSError:
        return None
    if signed_in is None:
        return None
    return recent_roles.in_account(folder, context, signed_in, account_id)
