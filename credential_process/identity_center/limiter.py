"""One limit for all requests of a broker, which only exists where the service has asked for one."""

from __future__ import annotations

import random
import threading
import time

# The documented ceiling is 20 a second; a little is left for whatever else signs in beside us.
REQUESTS_PER_SECOND = 19.8
_LIMITED_SECONDS = 60
_SLOWER = 0.97
_SLOWEST = 0.5
_FASTER_EACH_SECOND = 0.2
_UNDER_WAY_SECONDS = 2
_FIRST_PAUSE_SECONDS = 0.5
_LONGEST_PAUSE_SECONDS = 8
_LONGEST_RETRY_AFTER_SECONDS = 30
_jitter = random.SystemRandom()  # the program that we run in may have seeded the shared one


class Limiter:
    """Lets every request through at once until the service throttles, and paces them for a minute then.

    The pace begins at the documented limit. Each request that is throttled even so makes it a little slower,
    and it recovers by and by.
    """

    def __init__(self) -> None:
        self._changing = threading.Lock()
        self._limited_until = 0.0
        self._next_start = 0.0
        self._pace = REQUESTS_PER_SECOND
        self._paced_at = 0.0  # when the pace was last changed
        self._limited_since = 0.0

    def wait(self) -> None:
        """Wait for this request's turn."""
        with self._changing:
            now = time.monotonic()
            if now >= self._limited_until:
                return
            starts = max(now, self._next_start)
            self._next_start = starts + 1 / self._pace_at(now)
        time.sleep(starts - now)

    def throttled(self, retry_after_seconds: float) -> None:
        """Take note of a 429: from now on requests are paced, and none starts before the service wants one."""
        with self._changing:
            now = time.monotonic()
            if now >= self._limited_until:
                self._limited_since = now
            # Requests that were under way together before there was a pace say nothing about it.
            elif now > self._limited_since + _UNDER_WAY_SECONDS:
                self._pace, self._paced_at = max(_SLOWEST, self._pace_at(now) * _SLOWER), now
            self._limited_until = now + _LIMITED_SECONDS
            pause = min(retry_after_seconds, _LONGEST_RETRY_AFTER_SECONDS)
            self._next_start = max(self._next_start, now + pause)

    def _pace_at(self, now: float) -> float:
        faster = (now - self._paced_at) * _FASTER_EACH_SECOND
        return min(REQUESTS_PER_SECOND, self._pace + faster)


def pause_seconds(tries: int) -> float:
    """Choose how long to wait after so many tries: full jitter, so that those who failed together do not return so."""
    return _jitter.uniform(0, min(_LONGEST_PAUSE_SECONDS, _FIRST_PAUSE_SECONDS * 2**tries))
