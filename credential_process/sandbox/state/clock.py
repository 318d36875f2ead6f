"""The service's clock, which a test can move."""

from __future__ import annotations

import time


class Clock:
    """Tell the time of day, moved by as much as the tests have asked for.

    Only the service's idea of the time moves: its expiries and its ``Date`` header. Whoever calls
    it keeps the machine's clock, as a client with a wrong clock would.
    """

    def __init__(self) -> None:
        self._offset_seconds = 0.0

    def now(self) -> float:
        """Return the service's time in seconds since the epoch."""
        return self.machine_now() + self._offset_seconds

    @staticmethod
    def machine_now() -> float:
        """Return the time of this machine, never moved."""
        return time.time()

    def advance(self, seconds: float) -> None:
        """Move the clock on, or back when the number is negative."""
        self._offset_seconds += seconds

    def reset(self) -> None:
        """Go back to the machine's time."""
        self._offset_seconds = 0.0
