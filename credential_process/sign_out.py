"""Sign out: on this computer first, without a broker, then at the service as far as it can be reached."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from credential_process.errors import Refused, Unauthorized, Unavailable
from credential_process.sign_in.open_sign_in import OpenCode, OpenPage, close_all
from credential_process.sign_in.registry import Registry

if TYPE_CHECKING:
    from credential_process.access_tokens import Removed
    from credential_process.identity_center import IdentityCenter
    from credential_process.origin import Origin, Services
    from credential_process.token_cache import Token

log = logging.getLogger(__name__)


def sign_out(origin: Origin, *, keep_sign_in_open: bool = False) -> Removed:
    """Delete everything of a session on this computer, and return the tokens, which should be revoked.

    Brokers find out from the files: they drop what is on its way, and an open sign-in ends unless it is to be kept.
    Raises `Unavailable` where a file cannot be deleted.
    """
    if not keep_sign_in_open:
        close_all(origin.tokens.folder)
    removed = origin.tokens.end()
    for kind in (OpenPage, OpenCode):
        Registry(origin, kind.flow).forget()
    return removed


def revoke(removed: Removed, origin: Origin, services: Services) -> None:
    """End the sessions that tokens belong to at the service; raises `Unavailable` where one may be left."""
    failures = [_failure_to_revoke(token, origin, services) for token in removed.tokens]
    if removed.of_other_endpoint:
        # It is not shown the token: it would be another service's.
        failures.append(
            Unavailable("the token came from another endpoint than AWS_ENDPOINT_URL_SSO_OIDC names")
        )
    for failure in filter(None, failures):
        raise Unavailable(
            f"signed out here, but not at IAM Identity Center: {failure.message}",
            hint=f"the session there ends in time, or at {origin.session.service_url}",
        )


def _failure_to_revoke(token: Token, origin: Origin, services: Services) -> Unavailable | None:
    try:
        _revoke(services.at(origin), token)
    except (Unauthorized, Refused) as error:
        log.info("there was no session to end: %s", error.message)
    except Unavailable as error:
        return error
    return None


def _revoke(service: IdentityCenter, token: Token) -> None:
    """End a session; an expired access token ends nothing, but its refresh token would still open the session."""
    now = time.time()
    access_token = token.access_token
    if not token.is_valid(now, seconds=0):
        if token.registration is None or not token.can_be_refreshed(now):
            return
        access_token = service.refresh(token.registration, token.refresh_token).access_token
    service.logout(access_token)
