"""A rate limit for all requests of a broker, in effect only after the service has throttled one."""

from __future__ import annotations

import random
import threading
import time

# AWS publishes no limit for the access portal. 20 a second, the limit of other APIs of Identity Center, is the only
# published number; a little is left for other programs that sign in.
REQUESTS_PER_SECOND = 19.8
_LIMITED_SECONDS = 60
_SLOWER = 0.97
_SLOWEST = 0.5
_FASTER_EACH_SECOND = 0.2
_UNDER_WAY_SECONDS = 2
_FIRST_PAUSE_SECONDS = 0.5
_LONGEST_PAUSE_SECONDS = 8
_LONGEST_RETRY_AFTER_SECONDS = 30
_jitter = random.SystemRandom()  # the host program may have seeded the shared generator


class Limiter:
    """Lets all requests through until the service throttles one, and then paces them for a minute.

    The pace starts at that number. Each request that is still throttled slows it a little, and it
    recovers gradually.
    """

    def __init__(self) -> None:
        self._changing = threading.Lock()
        self._limited_until = 0.0
        self._next_start = 0.0
        self._pace = REQUESTS_PER_SECOND
        self._paced_at = 0.0  # when the pace was last changed
        self._limited_since = 0.0

    def wait(self, ends: float) -> bool:
        """Wait for this request's turn; return False at once, and take none, if it comes after `ends` (monotonic)."""
        with self._changing:
            now = time.monotonic()
            if now >= self._limited_until:
                return True
            starts = max(now, self._next_start)
            if starts > ends:
                return False
            self._next_start = starts + 1 / self._pace_at(now)
        time.sleep(starts - now)
        return True

    def throttled(self, retry_after_seconds: float) -> None:
        """Record a 429: from now on requests are paced, and none starts before the service allows it."""
        with self._changing:
            now = time.monotonic()
            if now >= self._limited_until:
                self._limited_since = now
            # Ignore 429s of requests that were sent before pacing began.
            elif now > self._limited_since + _UNDER_WAY_SECONDS:
                self._pace, self._paced_at = max(_SLOWEST, self._pace_at(now) * _SLOWER), now
            self._limited_until = now + _LIMITED_SECONDS
            pause = min(retry_after_seconds, _LONGEST_RETRY_AFTER_SECONDS)
            self._next_start = max(self._next_start, now + pause)

    def _pace_at(self, now: float) -> float:
        faster = (now - self._paced_at) * _FASTER_EACH_SECOND
        return min(REQUESTS_PER_SECOND, self._pace + faster)


def pause_seconds(tries: int) -> float:
    """Return how long to wait after this many tries, with full jitter: callers that fail together retry apart."""
    return _jitter.uniform(0, min(_LONGEST_PAUSE_SECONDS, _FIRST_PAUSE_SECONDS * 2**tries))
