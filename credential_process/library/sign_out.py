"""Sign out from a program, and before a sign-in that is forced."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

from credential_process.client import arguments
from credential_process.errors import Unavailable
from credential_process.library.named_session import named_session
from credential_process.session import sign_out
from credential_process.session.context import SessionContext
from credential_process.session.service_clients import ServiceClients
from credential_process.stores import token_cache

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def logout(
    start_url: str | None = None, sso_region: str | None = None, *, sso_session: str | None = None
) -> None:
    """Sign out of a session: delete its token and credentials on this computer, and end it at AWS.

    The session is named as for `login`. Role credentials that programs already have stay valid until they expire.
    It is not an error if the user is not signed in. Raises `UsageError`, or `Unavailable` if AWS cannot be reached;
    the user is then signed out on this computer only.

    >>> from credential_process import library
    >>> library.logout(sso_session="corp")
    """
    session = arguments.check_session(named_session(start_url, sso_region, sso_session))
    end_session(SessionContext.here(session))


def end_session(context: SessionContext, *, on_removed: Callable[[], None] = lambda: None) -> None:
    """Do what `logout` does, and call `on_removed` as soon as nothing is left on this computer: AWS may be slow."""
    removed = sign_out.sign_out(context)
    if removed.failure is None:
        on_removed()
    sign_out.revoke(removed, context, ServiceClients())


@contextlib.contextmanager
def signed_out(context: SessionContext, *, revoke: bool) -> Iterator[None]:
    """Delete the token, so that the user is asked for a new one, and put it back if none comes.

    Callers that wait for an open sign-in wait for the new one instead. With `revoke` the service ends the session, so
    there is nothing to put back. Without `revoke` it stays open: other programs may hold the token, and the sign-in
    page would ask for the password again.
    """
    before = context.tokens.read()
    if before is None and not revoke:
        yield
        return
    removed = sign_out.sign_out(context, keep_sign_in_open=True)
    if revoke:
        before = None
        # If the service cannot be reached, the sign-in reports why.
        with contextlib.suppress(Unavailable):
            sign_out.revoke(removed, context, ServiceClients())
    if removed.failure is not None:
        raise removed.failure
    try:
        yield
    except BaseException:
        if before is not None and not os.path.lexists(context.tokens.file):
            with contextlib.suppress(OSError):
                token_cache.store(context.tokens.file, before)
        raise
