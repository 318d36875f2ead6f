"""The service's clock, which tests can move."""

from __future__ import annotations

import time


class Clock:
    """Return the machine's time plus an offset that tests set.

    Only the service's time moves: its expiries and its ``Date`` header. Clients keep the machine's
    clock, as a client with a wrong clock would.
    """

    def __init__(self) -> None:
        self._offset_seconds = 0.0

    def now(self) -> float:
        """Return the service's time in seconds since the epoch."""
        return self.machine_now() + self._offset_seconds

    @staticmethod
    def machine_now() -> float:
        """Return the machine's time, without the offset."""
        return time.time()

    def advance(self, seconds: float) -> None:
        """Move the clock forward, or back if ``seconds`` is negative."""
        self._offset_seconds += seconds

    def reset(self) -> None:
        """Return to the machine's time."""
        self._offset_seconds = 0.0
