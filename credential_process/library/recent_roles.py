"""The roles in an account by the lists of the last hour, without a request."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from credential_process.client import arguments
from credential_process.library.account_stream import RECENT_SECONDS
from credential_process.session.context import SessionContext
from credential_process.stores import account_list, account_roles

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
    now = time.time()
    wanted = context.list_source(signed_in, began=now)
    since = now - RECENT_SECONDS
    listed = account_roles.find(folder, [account_id], wanted, since).get(account_id)
    if listed is not None:
        return None if listed[1].refused else listed[1].roles
    whole = account_list.read(account_list.path(folder))
    if whole is None or not whole[0].serves(wanted, since):
        return None
    return None if any(each.account_id == account_id for each in whole[1]) else ()
