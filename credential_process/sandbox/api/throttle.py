"""The limit on requests to the portal: a token bucket."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from credential_process.sandbox.http.exchange import with_headers

from .refusals import refusal

if TYPE_CHECKING:
    from credential_process.sandbox.http.exchange import Response
    from credential_process.sandbox.state.clock import Clock
    from credential_process.sandbox.state.settings import Settings


class Throttle:
    """Admit the configured number of requests per second from all clients, and refuse the others.

    Unused requests are saved up to one burst. Time is the service's.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self.reset()

    def reset(self) -> None:
        """Fill the bucket, and set the count of refusals to zero."""
        with self._lock:
            self.refused = 0
            self._spent = 0.0
            self._looked_at = self._clock.now()

    def refusal(self, settings: Settings) -> Response | None:
        """Return the error for a request over the limit; None for one that is admitted."""
        if not settings.requests_per_second or self._admits(settings):
            return None
        response = refusal("portal", "TooManyRequestsException", "HTTP 429 Unknown Code")
        if not settings.retry_after_seconds:
            return response
        return with_headers(response, {"Retry-After": str(settings.retry_after_seconds)})

    def _admits(self, settings: Settings) -> bool:
        with self._lock:
            now = self._clock.now()
            refilled = max(0.0, now - self._looked_at) * settings.requests_per_second
            self._spent = max(0.0, self._spent - refilled)
            self._looked_at = now
            admits = self._spent + 1 <= (settings.burst or settings.requests_per_second)
            self._spent += admits
            self.refused += not admits
            return admits
