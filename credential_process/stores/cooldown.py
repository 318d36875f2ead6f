"""How the last sign-in ended, and when the next one may start automatically.

Without this, a caller that retries all night would open a tab each time.
"""

from __future__ import annotations

import os
from typing import NamedTuple

from credential_process import files
from credential_process.stores import field_files

_STEPS_SECONDS = (30, 2 * 60, 10 * 60, 60 * 60)


class Outcome(NamedTuple):
    """A failed sign-in: what happened, when (epoch seconds), and how many `failures` in a row this was."""

    message: str
    at: int
    failures: int

    @property
    def step_seconds(self) -> int:
        """Length of the cooldown after this failure."""
        return _STEPS_SECONDS[min(self.failures, len(_STEPS_SECONDS)) - 1]


def next_allowed(outcome: Outcome | None, now: float) -> float:
    """Return when (epoch seconds) a sign-in may start automatically; `now` if it may at once.

    A time that is further ahead than the cooldown is long shows that the clock was set back, and does not count.
    """
    if outcome is None:
        return now
    allowed = outcome.at + outcome.step_seconds
    return allowed if now < allowed <= now + outcome.step_seconds else now


def read(session_folder: str) -> Outcome | None:
    """Return how the last sign-in ended, if it failed; anything odd is None."""
    fields = field_files.read(_path(session_folder)) or {}
    try:
        return Outcome(
            message=fields["message"],
            at=int(fields["at"]),
            failures=min(max(1, int(fields["count"])), 1000),
        )
    except (KeyError, ValueError):
        return None


def record(session_folder: str, message: str, now: float) -> None:
    """Record that a sign-in failed; raises `OSError`."""
    last = read(session_folder)
    count = last.failures + 1 if last else 1
    fields = {"message": message, "at": str(int(now)), "count": str(count)}
    field_files.write(_path(session_folder), fields)


def clear(session_folder: str) -> None:
    """Forget failures: the user is signed in, or has asked for a sign-in."""
    files.remove(_path(session_folder))


def _path(session_folder: str) -> str:
    return os.path.join(session_folder, "outcome")
