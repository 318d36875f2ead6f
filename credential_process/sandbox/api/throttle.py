"""The limits on requests to the portal and to account access manager: a token bucket for each."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from credential_process.sandbox.http.exchange import with_headers

from .refusals import refusal

if TYPE_CHECKING:
    from credential_process.sandbox.http.exchange import Response
    from credential_process.sandbox.state.clock import Clock
    from credential_process.sandbox.state.settings import Settings

_REFUSALS = {
    "portal": ("TooManyRequestsException", "HTTP 429 Unknown Code"),
    "account_access": ("ThrottlingException", "Rate exceeded"),
}


class Throttle:
    """Admit the configured number of requests per second from all clients, and refuse the others."""

    def __init__(self, clock: Clock) -> None:
        self._buckets = {service: _Bucket(clock) for service in _REFUSALS}

    def reset(self) -> None:
        """Fill the buckets, and set the count of refusals to zero."""
        for bucket in self._buckets.values():
            bucket.reset()

    @property
    def refused(self) -> int:
        """Return how many requests were refused."""
        return sum(bucket.refused for bucket in self._buckets.values())

    def refusal(self, service: str, settings: Settings) -> Response | None:
        """Return the error for a request over the limit of its service; None for one that is admitted."""
        limits = {
            "portal": settings.requests_per_second,
            "account_access": settings.account_access_requests_per_second,
        }
        limit = limits.get(service, 0)
        if not limit or self._buckets[service].admits(limit, settings.burst or limit):
            return None
        response = refusal(service, *_REFUSALS[service])
        if not settings.retry_after_seconds:
            return response
        return with_headers(response, {"Retry-After": str(settings.retry_after_seconds)})


class _Bucket:
    """Unused requests are saved up to one burst. Time is the service's."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self.reset()

    def reset(self) -> None:
        with self._lock:
            self.refused = 0
            self._spent = 0.0
            self._looked_at = self._clock.now()

    def admits(self, per_second: int, burst: int) -> bool:
        with self._lock:
            now = self._clock.now()
            refilled = max(0.0, now - self._looked_at) * per_second
            self._spent = max(0.0, self._spent - refilled)
            self._looked_at = now
            admits = self._spent + 1 <= burst
            self._spent += admits
            self.refused += not admits
            return admits
