"""The roles in an account as listed in the last hour, for a session and its sign-in."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from credential_process.stores import account_list, account_roles

if TYPE_CHECKING:
    from credential_process.session.context import SessionContext
    from credential_process.session.token_store import SignedIn


def in_account(
    session_folder: str, context: SessionContext, signed_in: SignedIn, account_id: str
) -> tuple[str, ...] | None:
    """Return the names of the user's roles in an account, none if it is not assigned; None if no list is recent."""
    now = time.time()
    wanted = context.list_source(signed_in, began=now)
    since = now - account_list.RECENT_SECONDS
    listed = account_roles.find(session_folder, [account_id], wanted, since).get(account_id)
    if listed is not None:
        return None if listed[1].refused else listed[1].roles
    whole = account_list.read(account_list.path(session_folder))
    if whole is None or not whole[0].serves(wanted, since):
        return None
    return None if any(each.account_id == account_id for each in whole[1]) else ()
