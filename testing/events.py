"""Wait for events in other processes, without guessing how long they take."""

import time
from collections.abc import Callable
from typing import TypeVar

Seen = TypeVar("Seen")


def time_zone_of_the_morning() -> str:
    """Return a value of ``TZ`` by which it is about eight o'clock: what is shown as a time of today ends today."""
    return f"Test{time.gmtime().tm_hour - 8:+d}"


def until(condition: Callable[[], Seen], what: str, seconds: float = 180) -> Seen:
    """Return the first true value of `condition`, or fail with a message about what did not happen."""
    deadline = time.monotonic() + seconds
    while not (seen := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(0.01)
    return seen
