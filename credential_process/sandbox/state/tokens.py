"""Access tokens and refresh tokens, and their rotation."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .service_errors import OidcError, PortalError
from .tenants import Tenant

if TYPE_CHECKING:
    from .clock import Clock
    from .mint import Mint
    from .portal_sessions import PortalSession, PortalSessions
    from .registrations import ClientRegistration
    from .settings import Settings


@dataclass(slots=True, kw_only=True)
class AccessToken:
    """An access token; it ends with its portal session, even before ``ends_at``."""

    access_token: str = field(repr=False)
    session: PortalSession
    start_url: str
    region: str
    scopes: tuple[str, ...]
    ends_at: float


@dataclass(slots=True, kw_only=True)
class RefreshToken:
    """A refresh token; only the client registration that obtained it can use it."""

    refresh_token: str = field(repr=False)
    session: PortalSession
    registration: ClientRegistration
    start_url: str
    region: str
    scopes: tuple[str, ...]
    ends_at: float | None = None
    replaced: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """The result of a token exchange."""

    access_token: str = field(repr=False)
    expires_in: int
    refresh_token: str | None = field(default=None, repr=False)


class Tokens:
    """Keep every token of a sandbox, and count attempts to reuse a refresh token."""

    def __init__(self, clock: Clock, mint: Mint, sessions: PortalSessions) -> None:
        self._clock = clock
        self._mint = mint
        self._sessions = sessions
        self._access: dict[str, AccessToken] = {}
        self._refresh: dict[str, RefreshToken] = {}
        self.refresh_reuse_attempts = 0

    def grant(
        self,
        session: PortalSession,
        registration: ClientRegistration,
        settings: Settings,
        tenant: Tenant,
        scopes: tuple[str, ...] | None = None,
    ) -> Grant:
        """Return new tokens for a sign-in: with scopes short-lived and refreshable, without them long-lived.

        Without ``scopes`` they are those of the registration.
        """
        scopes = registration.scopes if scopes is None else scopes
        refresh_token = None
        if scopes and registration.may_use("refresh_token"):
            refresh_token = self._new_refresh_token(session, registration, tenant, scopes)
        return self._new_grant(session, scopes, settings, tenant, refresh_token)

    def refresh(
        self,
        refresh_token: str,
        registration: ClientRegistration,
        settings: Settings,
        region: str,
    ) -> Grant:
        """Return new tokens for a refresh token.

        Raises InvalidGrantException for a token that is no longer valid, and InvalidRequestException
        for one of another Region.
        """
        found = self._refresh.get(refresh_token)
        if found is not None and found.region != region:
            raise OidcError("InvalidRequestException", "Invalid token provided")
        if found is not None and found.replaced:
            self.refresh_reuse_attempts += 1
        if found is None or not self._is_valid(found, registration):
            raise OidcError("InvalidGrantException", "Invalid refresh token provided")
        reply = self._rotate(found, settings)
        tenant = Tenant(found.start_url, region)
        return self._new_grant(found.session, found.scopes, settings, tenant, reply)

    def find(self, access_token: str) -> AccessToken | None:
        """Return an access token that was issued, whether it is still valid or not."""
        return self._access.get(access_token)

    def presented(self, access_token: str | None, region: str) -> AccessToken:
        """Return a valid access token of this Region; raises UnauthorizedException."""
        found = self.valid(access_token, region)
        if found is None:
            raise PortalError("UnauthorizedException", "Session token not found or invalid")
        return found

    def valid(self, access_token: str | None, region: str) -> AccessToken | None:
        """Return an access token of this Region if it is valid."""
        found = self._access.get(access_token or "")
        if (
            found is None
            or found.region != region
            or found.ends_at <= self._clock.now()
            or not self._sessions.is_alive(found.session)
        ):
            return None
        return found

    def expire_access_tokens(self) -> None:
        """Expire every access token now."""
        for access_token in self._access.values():
            access_token.ends_at = self._clock.now()

    def expire_refresh_tokens(self) -> None:
        """Expire every refresh token now."""
        for refresh_token in self._refresh.values():
            refresh_token.ends_at = self._clock.now()

    def _is_valid(self, found: RefreshToken, registration: ClientRegistration) -> bool:
        return (
            found.registration.client_id == registration.client_id
            and (found.ends_at is None or self._clock.now() < found.ends_at)
            and self._sessions.is_alive(found.session)
        )

    def _rotate(self, found: RefreshToken, settings: Settings) -> str | None:
        if settings.rotate == "static":
            return found.refresh_token
        if settings.rotate == "omit":
            return None
        if not found.replaced:
            grace_seconds = settings.grace_seconds if settings.rotate == "grace" else 0
            found.ends_at = self._clock.now() + grace_seconds
            found.replaced = True
        tenant = Tenant(found.start_url, found.region)
        return self._new_refresh_token(found.session, found.registration, tenant, found.scopes)

    def _new_refresh_token(
        self,
        session: PortalSession,
        registration: ClientRegistration,
        tenant: Tenant,
        scopes: tuple[str, ...],
    ) -> str:
        refresh_token = self._mint.refresh_token()
        self._refresh[refresh_token] = RefreshToken(
            refresh_token=refresh_token,
            session=session,
            registration=registration,
            start_url=tenant.start_url,
            region=tenant.region,
            scopes=scopes,
        )
        return refresh_token

    def _new_grant(
        self,
        session: PortalSession,
        scopes: tuple[str, ...],
        settings: Settings,
        tenant: Tenant,
        refresh_token: str | None,
    ) -> Grant:
        life_seconds = settings.unscoped_access_token_seconds
        if scopes:
            life_seconds = settings.access_token_seconds
        now = self._clock.now()
        # The token ends with the portal session: late in a session, a new token is short-lived.
        ends_at = min(now + life_seconds, session.ends_at)
        access_token = self._mint.access_token()
        self._access[access_token] = AccessToken(
            access_token=access_token,
            session=session,
            start_url=tenant.start_url,
            region=tenant.region,
            scopes=scopes,
            ends_at=ends_at,
        )
        return Grant(
            access_token=access_token,
            expires_in=round(ends_at - now),
            refresh_token=refresh_token,
        )
