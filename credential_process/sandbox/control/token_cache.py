"""A sign-in without a browser, as a document of the AWS CLI's token cache."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from credential_process.sandbox.state.tenants import Tenant

if TYPE_CHECKING:
    from credential_process.sandbox.state.realm import Realm


def token_cache_document(
    realm: Realm, user_name: str, scopes: tuple[str, ...], tenant: Tenant | None
) -> dict[str, Any]:
    """Register a client and start a portal session; return what the AWS CLI would have cached."""
    with realm.lock:
        settings = realm.settings
        tenant = tenant or Tenant(settings.start_url, settings.region)
        registration = realm.registrations.register(
            client_name="sandbox",
            scopes=scopes,
            grant_types=(),
            redirect_uris=(),
            issuer_url=tenant.start_url,
            region=tenant.region,
            seconds=settings.registration_seconds,
        )
        session = realm.sessions.start(user_name, settings.portal_session_seconds)
        grant = realm.tokens.grant(session, registration, settings, tenant)
        document = {
            "startUrl": tenant.start_url,
            "region": tenant.region,
            "accessToken": grant.access_token,
            "expiresAt": _timestamp(realm.clock.now() + grant.expires_in),
            "clientId": registration.client_id,
            "clientSecret": registration.client_secret,
            "registrationExpiresAt": _timestamp(registration.ends_at),
        }
        if grant.refresh_token is not None:
            document["refreshToken"] = grant.refresh_token
        return document


def _timestamp(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
