"""What a test may do to a running sandbox that nobody can do to AWS."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from credential_process.sandbox.state.tenants import Tenant

if TYPE_CHECKING:
    from credential_process.sandbox.state.device_authorizations import DeviceAuthorization
    from credential_process.sandbox.state.realm import Realm

    from .application import Application
    from .request_log import Counters


def counters(application: Application) -> Counters:
    """Return the counts of the log, of spent refresh tokens presented, and of the throttled."""
    realm = application.realm
    with realm.lock:
        return {
            **application.log.counters(),
            "refresh_reuse_attempts": realm.tokens.refresh_reuse_attempts,
            "throttled": application.throttle.refused,
        }


def sign_in(
    realm: Realm, *, user_name: str, scopes: tuple[str, ...], tenant: Tenant | None = None
) -> dict[str, Any]:
    """Sign a person in without a browser; return the document of the AWS CLI's token cache.

    Nothing of it is counted or recorded. Without scopes the token is the old kind, which lives
    for eight hours and cannot be refreshed. Without a tenant it is that of the settings.
    """
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


def device_authorizations(realm: Realm) -> list[dict[str, Any]]:
    """Return the device authorizations so far: code, state, who asks, and the page to open."""
    with realm.lock:
        return [
            {
                "user_code": one.user_code,
                "state": one.state,
                "client_name": one.registration.client_name,
                "url": f"{realm.origin}/device?user_code={one.user_code}",
            }
            for one in realm.devices.all()
        ]


def approve(realm: Realm, *, user_code: str | None, user_name: str) -> int:
    """Approve one device authorization, or every open one; return how many."""
    with realm.lock:
        chosen = _open_devices(realm, user_code)
        for one in chosen:
            seconds = realm.settings.portal_session_seconds
            one.state, one.session = "approved", realm.sessions.start(user_name, seconds)
        return len(chosen)


def deny(realm: Realm, *, user_code: str | None) -> int:
    """Deny one device authorization, or every open one; return how many."""
    with realm.lock:
        chosen = _open_devices(realm, user_code)
        for one in chosen:
            one.state = "denied"
        return len(chosen)


def _open_devices(realm: Realm, user_code: str | None) -> list[DeviceAuthorization]:
    found = realm.devices.all() if user_code is None else [realm.devices.find(user_code)]
    return [one for one in found if one is not None and realm.devices.is_open(one)]


def _timestamp(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
