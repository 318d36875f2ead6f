"""Device authorizations: from the code that the user is shown to its single exchange.

pending → approved → consumed      or      denied, or expired after 600 s
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from .service_errors import OidcError, PageError

if TYPE_CHECKING:
    from .clock import Clock
    from .mint import Mint
    from .portal_sessions import PortalSession
    from .registrations import ClientRegistration

_SLOW_DOWN_SECONDS = 5  # RFC 8628 §3.5


@dataclass(slots=True, kw_only=True)
class DeviceAuthorization:
    """A request of a client without a browser, and its state.

    ``is_known`` is false if no organisation in this Region has the start URL and the service did
    not refuse it at once: no user can ever approve it.
    """

    device_code: str = field(repr=False)
    user_code: str
    registration: ClientRegistration
    start_url: str
    region: str
    is_known: bool
    ends_at: float
    interval_seconds: int
    state: Literal["pending", "approved", "denied", "consumed"] = "pending"
    session: PortalSession | None = None
    polled_at: float | None = None


class DeviceAuthorizations:
    """Keep the device authorizations of a sandbox."""

    def __init__(self, clock: Clock, mint: Mint) -> None:
        self._clock = clock
        self._mint = mint
        self._by_device_code: dict[str, DeviceAuthorization] = {}

    def start(
        self,
        *,
        registration: ClientRegistration,
        start_url: str,
        region: str,
        is_known: bool,
        seconds: int,
        interval_seconds: int,
    ) -> DeviceAuthorization:
        """Start a device authorization with a new user code."""
        started = DeviceAuthorization(
            device_code=self._mint.device_code(),
            user_code=self._mint.user_code(),
            registration=registration,
            start_url=start_url,
            region=region,
            is_known=is_known,
            ends_at=self._clock.now() + seconds,
            interval_seconds=interval_seconds,
        )
        self._by_device_code[started.device_code] = started
        return started

    def all(self) -> list[DeviceAuthorization]:
        """Return all device authorizations, oldest first."""
        return list(self._by_device_code.values())

    def find(self, user_code: str) -> DeviceAuthorization | None:
        """Return the one with this user code; case and hyphens do not matter."""
        typed = user_code.replace("-", "").strip().upper()
        return next((one for one in self.all() if one.user_code.replace("-", "") == typed), None)

    def find_open(self, user_code: str) -> DeviceAuthorization:
        """Return the one with this user code if the user can still answer it; raises PageError."""
        found = self.find(user_code)
        if found is None or not found.is_known:
            # The page shows this if a client asked in the wrong Region (aws-cli issue 5058).
            raise PageError("invalid_grant", "Invalid grant provided")
        if found.ends_at <= self._clock.now():
            raise PageError("expired_token", "This code has expired. Start again.")
        if found.state != "pending":
            raise PageError("invalid_request", "This request has already been answered.")
        return found

    def is_open(self, one: DeviceAuthorization) -> bool:
        """Return whether the user can still answer."""
        return one.state == "pending" and one.is_known and self._clock.now() < one.ends_at

    def redeem(
        self, device_code: str, *, client_id: str, region: str, slow_down: bool
    ) -> DeviceAuthorization:
        """Return an approved authorization, once; raises the OidcError of its state."""
        found = self._by_device_code.get(device_code)
        if (
            found is None
            or (found.registration.client_id, found.region) != (client_id, region)
            or found.state == "consumed"
        ):
            raise OidcError("InvalidGrantException", "Invalid grant provided")
        if slow_down:
            self._check_pace(found)
        if found.state == "denied":
            raise OidcError("AccessDeniedException", "Access denied")
        if found.ends_at <= self._clock.now():
            raise OidcError("ExpiredTokenException", "Device code expired")
        if found.state == "pending":
            raise OidcError("AuthorizationPendingException", "Authorization is still pending")
        found.state = "consumed"
        return found

    def expire(self) -> None:
        """Expire all of them now."""
        for one in self.all():
            one.ends_at = self._clock.now()

    def _check_pace(self, found: DeviceAuthorization) -> None:
        before, found.polled_at = found.polled_at, self._clock.now()
        if before is not None and found.polled_at - before < found.interval_seconds:
            found.interval_seconds += _SLOW_DOWN_SECONDS
            raise OidcError("SlowDownException", "Slow down")
