"""Client registrations, each valid for 90 days."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from .service_errors import OidcError

if TYPE_CHECKING:
    from .clock import Clock
    from .mint import Mint
    from .settings import Settings

DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientRegistration:
    """A client, as it registered."""

    client_id: str
    client_secret: str = field(repr=False)
    client_name: str
    scopes: tuple[str, ...]
    grant_types: tuple[str, ...]
    redirect_uris: tuple[str, ...]
    issuer_url: str | None
    issued_at: int
    ends_at: float

    def may_use(self, grant_type: str) -> bool:
        """Return whether the registration covers a grant type."""
        if grant_type == DEVICE_CODE and "authorization_code" not in self.grant_types:
            # Any client that does not register for authorization codes may use device codes, whatever
            # its list contains: aws-sso-cli 1 registers for "refresh_token" and nothing else.
            return True
        return grant_type in (self.grant_types or ("refresh_token",))


def is_redirect_uri(uri: str, settings: Settings) -> bool:
    """Return whether a redirect URI has the one form that is allowed, with any port."""
    try:
        parts = urlsplit(uri)
        port = parts.port
    except ValueError:
        return False
    netloc = "127.0.0.1" if port is None else f"127.0.0.1:{port}"
    is_loopback = parts.scheme == "http" and parts.netloc == netloc
    if settings.loose_redirect:
        return is_loopback
    return is_loopback and uri == f"http://{netloc}/oauth/callback"


class Registrations:
    """Keep the client registrations of a sandbox."""

    def __init__(self, clock: Clock, mint: Mint) -> None:
        self._clock = clock
        self._mint = mint
        self._by_id: dict[str, ClientRegistration] = {}

    def register(
        self,
        *,
        client_name: str,
        scopes: tuple[str, ...],
        grant_types: tuple[str, ...],
        redirect_uris: tuple[str, ...],
        issuer_url: str | None,
        region: str,
        seconds: int,
    ) -> ClientRegistration:
        """Register a client."""
        issued_at = int(self._clock.now())
        client_id = self._mint.client_id(region)
        ends_at = issued_at + seconds
        registration = ClientRegistration(
            client_id=client_id,
            client_secret=self._mint.client_secret(client_id, client_name, issued_at, ends_at),
            client_name=client_name,
            scopes=scopes,
            grant_types=grant_types,
            redirect_uris=redirect_uris,
            issuer_url=issuer_url,
            issued_at=issued_at,
            ends_at=ends_at,
        )
        self._by_id[client_id] = registration
        return registration

    def find(self, client_id: str) -> ClientRegistration:
        """Return a registration that has not expired; raises InvalidClientException."""
        registration = self._by_id.get(client_id)
        if registration is None or registration.ends_at <= self._clock.now():
            raise OidcError("InvalidClientException", "Invalid client provided")
        return registration

    def authenticate(self, client_id: str, client_secret: str) -> ClientRegistration:
        """Return the registration with this id and secret; raises InvalidClientException."""
        registration = self.find(client_id)
        if not hmac.compare_digest(registration.client_secret.encode(), client_secret.encode()):
            raise OidcError("InvalidClientException", "Invalid client provided")
        return registration

    def expire(self) -> None:
        """Expire every registration now."""
        now = self._clock.now()
        for client_id, registration in self._by_id.items():
            self._by_id[client_id] = replace(registration, ends_at=now)
