"""The controls of a running sandbox: what a test can read and change."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from .token_cache import token_cache_document

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from typing_extensions import Unpack

    from credential_process.sandbox.faults import Rule
    from credential_process.sandbox.http.tunnels import Tunnel
    from credential_process.sandbox.state.device_authorizations import DeviceAuthorization
    from credential_process.sandbox.state.portal_sessions import PortalSession
    from credential_process.sandbox.state.role_credentials import Issued
    from credential_process.sandbox.state.settings import Changes
    from credential_process.sandbox.state.tenants import Tenant

    from .application import Application
    from .request_log import Counters, RequestRecord


class Controls:
    """Show what happened in a sandbox, and do what no client can do to AWS."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._realm = application.realm

    @property
    def defects(self) -> list[str]:
        """Return the tracebacks of the sandbox's own failures; there should be none."""
        return list(self._application.defects)

    def counters(self) -> Counters:
        """Return how many requests of each kind came in so far.

        ``refresh_reuse_attempts`` counts requests with a refresh token that has been replaced,
        ``throttled`` those over the limits of requests per second.
        """
        with self._realm.lock:
            return {
                **self._application.log.counters(),
                "refresh_reuse_attempts": self._realm.tokens.refresh_reuse_attempts,
                "throttled": self._application.throttle.refused,
            }

    def requests(self) -> list[RequestRecord]:
        """Return every request so far, in order."""
        return self._application.log.records()

    def wait_until(self, condition: Callable[[Counters], bool], seconds: float = 60) -> bool:
        """Wait until the counters meet a condition; return whether they did in time.

        The condition sees the counters of requests only, not the two that ``counters`` adds.
        """
        return self._application.log.wait_until(condition, seconds)

    def tunnels(self) -> list[Tunnel]:
        """Return every host that clients asked the proxy for, in order."""
        return self._application.tunnels.asked()

    def secrets(self) -> list[str]:
        """Return every secret so far: client secrets, device and authorization codes, tokens, secret keys.

        A correct client has disclosed none of them. ``reset`` does not forget them.
        """
        return list(self._realm.mint.secrets)

    def issued(self, access_key_id: str) -> Issued | None:
        """Return whom role credentials were issued to; None for those from STS."""
        with self._realm.lock:
            found = self._realm.role_credentials.find(access_key_id)
            return found.issued if found else None

    def portal_session(self, access_token: str) -> PortalSession | None:
        """Return a copy of the portal session that an access token belongs to."""
        with self._realm.lock:
            found = self._realm.tokens.find(access_token)
            return replace(found.session) if found else None

    def portal_sessions(self) -> list[PortalSession]:
        """Return copies of all portal sessions so far, in the order of their sign-ins."""
        with self._realm.lock:
            return [replace(session) for session in self._realm.sessions.all()]

    def device_authorizations(self) -> list[dict[str, Any]]:
        """Return the device authorizations so far: code, state, client, and the ``url`` of the page."""
        with self._realm.lock:
            return [
                {
                    "user_code": one.user_code,
                    "state": one.state,
                    "client_name": one.registration.client_name,
                    "url": f"{self._realm.origin}/device?user_code={one.user_code}",
                }
                for one in self._realm.devices.all()
            ]

    def configure(self, **settings: Unpack[Changes]) -> None:
        """Change settings from the next request on; raises ValueError."""
        self._realm.configure(settings)

    def set_faults(self, *rules: Rule) -> None:
        """Replace the rules by which requests fail; raises ValueError.

        ``set_faults({"preset": "http_503_html", "operation": "token", "count": 2})``; the members
        of a rule are described in ``faults``, all presets are in ``faults.presets``.
        """
        self._application.faults.replace(rules)

    def faults(self) -> list[dict[str, Any]]:
        """Return the rules; ``struck`` counts the requests they applied to, ``holding`` those held now."""
        return self._application.faults.as_documents()

    def advance_clock(self, seconds: float) -> None:
        """Move the service's clock."""
        self._realm.clock.advance(seconds)

    def expire(self, what: str) -> None:
        """End all access_tokens, registrations, device_authorizations, … now; raises ValueError."""
        self._realm.expire(what)

    def revoke_session(self, user_name: str | None = None) -> int:
        """Revoke the portal sessions of one user, or of all; return how many were revoked."""
        with self._realm.lock:
            return self._realm.sessions.revoke(user_name)

    def reset(self) -> None:
        """Forget sign-ins, tokens, counters and faults, and restore clock and settings."""
        self._application.reset()

    def approve(self, user_code: str | None = None, user_name: str = "alice") -> int:
        """Approve one device authorization, or all that are pending; return how many."""
        with self._realm.lock:
            chosen = self._pending(user_code)
            for one in chosen:
                seconds = self._realm.settings.portal_session_seconds
                one.state, one.session = "approved", self._realm.sessions.start(user_name, seconds)
            return len(chosen)

    def deny(self, user_code: str | None = None) -> int:
        """Deny one device authorization, or all that are pending; return how many."""
        with self._realm.lock:
            chosen = self._pending(user_code)
            for one in chosen:
                one.state = "denied"
            return len(chosen)

    def sign_in(
        self,
        user_name: str = "alice",
        scopes: Sequence[str] = ("sso:account:access",),
        tenant: Tenant | None = None,
    ) -> dict[str, Any]:
        """Sign a user in without a browser; return a document of the AWS CLI's token cache.

        This is neither counted nor recorded. Without scopes the token is of the legacy kind, which
        lives for eight hours and cannot be refreshed. The default tenant is that of the settings.
        """
        return token_cache_document(self._realm, user_name, tuple(scopes), tenant)

    def _pending(self, user_code: str | None) -> list[DeviceAuthorization]:
        devices = self._realm.devices
        found = devices.all() if user_code is None else [devices.find(user_code)]
        return [one for one in found if one is not None and devices.is_open(one)]
