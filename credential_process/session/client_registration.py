"""The client registration for a sign-in: kept as long as the service knows it and it outlives a new session."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

from credential_process import files
from credential_process.config.sso_session import DEFAULT_SCOPES
from credential_process.errors import Refused, printable, unusable
from credential_process.stores import token_cache

if TYPE_CHECKING:
    from credential_process.identity_center import IdentityCenter
    from credential_process.session.context import SessionContext
    from credential_process.stores.token_cache import Registration

# Registered without a port, and used with any port (RFC 8252 §7.3).
_REGISTERED_URI = "http://127.0.0.1/oauth/callback"
# A token can be refreshed only with the registration that it was issued to, and only until that expires. A session can
# last for 90 days, as long as a new registration.
_LEAST_SECONDS = 60 * 24 * 3600


class ClientRegistrations:
    """The registration of one session for sign-ins by a flow, ``authorization_code`` or ``device_code``."""

    def __init__(self, context: SessionContext, flow: str) -> None:
        self._context = context
        self._session = context.session
        self._least_seconds = _LEAST_SECONDS
        self._redirect_uri = _REGISTERED_URI if flow == "authorization_code" else ""
        self._file = token_cache.registration_path(
            context.tokens.cache,
            start_url=self._session.service_url,
            region=self._session.region,
            scopes=self._session.scopes,
            name=self._session.name,
            flow=flow,
            endpoint=context.tokens.oidc_endpoint,
        )

    def continue_with(self, client_id: str) -> Registration | None:
        """Return the stored registration if it has this id, to be used for the rest of the sign-in; None otherwise."""
        registration = token_cache.read_registration(self._file)
        if registration is None or registration.client_id != client_id:
            return None
        self._least_seconds = 0
        return registration

    def obtain(self, service: IdentityCenter, deadline: float = math.inf) -> Registration:
        """Return a registration that outlives the session, stored or new; raises `Unavailable` or `Refused`.

        No try begins after the `deadline` (monotonic). A sign-in keeps its registration until the service forgets it:
        if the service issues shorter ones, another would not last longer either.
        """
        registration = token_cache.read_registration(self._file)
        now = time.time()
        if registration is not None and now + self._least_seconds < registration.expires_at:
            return registration
        session = self._session
        try:
            registration = service.register_client(
                start_url=session.service_url,
                scopes=session.scopes,
                redirect_uri=self._redirect_uri,
                deadline=deadline,
            )
        except Refused as error:
            raise Refused(error.message, hint=_what_to_check(self._context)) from None
        try:
            token_cache.store_registration(self._file, registration, session.scopes)
        except OSError as error:
            raise unusable("the client registration cannot be stored", error) from None
        self._least_seconds = 0
        return registration

    def forget(self) -> None:
        """Delete the stored registration: the service does not know it any more."""
        files.remove(self._file)


def _what_to_check(context: SessionContext) -> str:
    if context.session.scopes == DEFAULT_SCOPES:
        return context.correction
    scopes = printable(", ".join(context.session.scopes), limit=200)
    return f"{context.correction}, and check the scopes {scopes}"
