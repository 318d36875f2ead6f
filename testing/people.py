"""Users at a browser: the `$BROWSER` of a test, and when it was started."""

import errno
import os
import shlex
import sys
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TypeVar

SCRIPT = Path(__file__).with_name("person.py")


@dataclass(frozen=True, slots=True)
class Person:
    """One way of answering, as `$BROWSER`; `record` gets a line for every call."""

    record: Path
    options: tuple[str, ...] = ()
    # Without site-packages: the start of a measurement of coverage would take longer than the visit.
    program: tuple[str, ...] = (sys.executable, "-IS", str(SCRIPT))

    @property
    def browser(self) -> str:
        """The value of `$BROWSER`."""
        return f"{shlex.join([*self.program, *self.options, '--record', str(self.record)])} %s"

    def arrivals(self) -> list[str]:
        """Return the opened URLs, in order: each once, since a page that loads too slowly is opened again."""
        lines = self.record.read_text().splitlines() if self.record.exists() else []
        return list(dict.fromkeys(lines))


Met = TypeVar("Met", bound=Person)


def meeting(folder: Path, kind: Callable[[Path, tuple[str, ...]], Met]) -> Callable[..., Met]:
    """Return a function that makes users of a kind: ``meet("--deny")``; each has a separate record in `folder`."""
    numbers = count()
    return lambda *options: kind(folder / f"person-{next(numbers)}", options)


@dataclass(frozen=True, slots=True)
class Pause:
    """A moment for a user to wait for: a FIFO that opens when the test ends the wait."""

    path: Path

    @classmethod
    def at(cls, path: Path) -> "Pause":
        """Make the FIFO."""
        os.mkfifo(path)
        return cls(path)

    def end(self) -> bool:
        """End the wait of the user; return whether one waited."""
        waiting = self.waiting()
        if waiting:
            os.close(waiting)
        return bool(waiting)

    def waiting(self) -> int:
        """Return a descriptor that keeps the user waiting until it is closed; 0 if none waits yet."""
        try:
            return os.open(self.path, os.O_WRONLY | os.O_NONBLOCK)
        except OSError as error:
            if error.errno != errno.ENXIO:  # no process reads
                raise
            return 0
