"""The client registration that a sign-in needs: kept for its 90 days, made anew when the service forgets it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from credential_process import files, token_cache
from credential_process.errors import Refused, unusable

if TYPE_CHECKING:
    from credential_process.identity_center import IdentityCenter
    from credential_process.origin import Origin
    from credential_process.token_cache import Registration

# Registered without a port, used with any (RFC 8252 §7.3).
_REGISTERED_URI = "http://127.0.0.1/oauth/callback"
# A registration that ends during the sign-in would fail in the browser, where we cannot help.
_MARGIN_SECONDS = 3600


class Registry:
    """The registration of one origin for one flow, ``authorization_code`` or ``device_code``."""

    def __init__(self, origin: Origin, flow: str) -> None:
        self._session = origin.session
        self._redirect_uri = _REGISTERED_URI if flow == "authorization_code" else ""
        self._file = token_cache.registration_path(
            origin.tokens.cache,
            start_url=self._session.service_url,
            region=self._session.region,
            scopes=self._session.scopes,
            name=self._session.name,
            flow=flow,
            endpoint=origin.tokens.oidc_endpoint,
        )

    def read(self) -> Registration | None:
        """Give the one that is kept, if any."""
        return token_cache.read_registration(self._file)

    def obtain(self, service: IdentityCenter) -> Registration:
        """Give one that outlives a sign-in, kept or new; raises `Unavailable` or what the service says."""
        registration = self.read()
        if registration is not None and time.time() + _MARGIN_SECONDS < registration.expires_at:
            return registration
        session = self._session
        try:
            registration = service.register_client(
                start_url=session.service_url,
                scopes=session.scopes,
                redirect_uri=self._redirect_uri,
            )
        except Refused as error:
            raise Refused(error.message, hint=f"check {session.whereabouts}") from None
        try:
            token_cache.store_registration(self._file, registration, session.scopes)
        except OSError as error:
            raise unusable("the client registration cannot be stored", error) from None
        return registration

    def forget(self) -> None:
        """Drop the one that is kept: the service does not know it any more."""
        files.remove(self._file)
