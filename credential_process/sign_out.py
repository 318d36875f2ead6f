"""Sign out: nothing of the session is left here, and the service ends it, if it can be reached."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from credential_process import documents
from credential_process.errors import (
    CredentialProcessError,
    Refused,
    Unauthorized,
    Unavailable,
)
from credential_process.origin import Origin
from credential_process.sign_in.open_sign_in import OpenCode, OpenPage
from credential_process.sign_in.registry import Registry

if TYPE_CHECKING:
    from credential_process.identity_center import IdentityCenter
    from credential_process.loop import Loop
    from credential_process.mailbox import Want
    from credential_process.origin import Services
    from credential_process.session_tokens import SessionTokens
    from credential_process.sign_in.desk import SignInDesk
    from credential_process.token_cache import Token

log = logging.getLogger(__name__)


class SignOut:
    """Answers wants that end something: a session (`logout`), or the sign-in that another want began (`cancel`)."""

    def __init__(
        self,
        session_folder: str,
        services: Services,
        desk: SignInDesk,
        tokens: SessionTokens,
        loop: Loop,
    ) -> None:
        self._folder = session_folder
        self._services = services
        self._desk = desk
        self._tokens = tokens
        self._loop = loop

    def decide(self, want: Want) -> None:
        """Answer a want; raises `UsageError`."""
        if want.fields.get("kind") == "cancel":
            self._desk.cancel(want.fields.get("begun_by", ""))
            self._loop.succeed(want)
        else:
            self._sign_out(want, Origin.of(want.fields, self._folder))

    def _sign_out(self, want: Want, origin: Origin) -> None:
        if want.fields.get("open_sign_in") != "stays":
            label = origin.session.label
            self._desk.end(origin, Refused(f"{label} was signed out while the sign-in was open"))
        self._tokens.forget(origin)
        self._loop.work(lambda: self._run(want, origin))

    def _run(self, want: Want, origin: Origin) -> None:
        failure: CredentialProcessError | None = None
        try:
            # Here first: whatever becomes of the service, nobody is given anything from now on.
            token = origin.tokens.end()
            documents.forget(self._folder)
            for kind in (OpenPage, OpenCode):
                Registry(origin, kind.flow).forget()
            if token is not None and want.fields.get("revoke") != "no":
                _revoke(self._services.at(origin), token, origin.session.service_url)
        except CredentialProcessError as error:
            failure = error
        self._loop.tell(lambda: self._ended(want, failure))

    def _ended(self, want: Want, failure: CredentialProcessError | None) -> None:
        log.info("signed out: %s", failure.message if failure else "done")
        if failure is None:
            self._loop.succeed(want)
        else:
            self._loop.fail(want, failure)


def _revoke(service: IdentityCenter, token: Token, where: str) -> None:
    """End a session at the service; raises `Unavailable` where that cannot be done.

    An access token that has expired ends nothing any more, but its refresh token would still open the session.
    """
    now = time.time()
    access_token = token.access_token
    try:
        if not token.is_valid(now, seconds=0):
            if token.registration is None or not token.can_be_refreshed(now):
                return
            access_token = service.refresh(token.registration, token.refresh_token).access_token
        service.logout(access_token)
    except (Unauthorized, Refused) as error:
        log.info("there was no session to end: %s", error.message)
    except Unavailable as error:
        raise Unavailable(
            f"signed out here, but not at IAM Identity Center: {error.message}",
            hint=f"the session there ends by itself, or at {where}",
        ) from None
