"""A clock for our processes that a test turns: libfaketime."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from testing import installation
from testing.executable import PATH

LIBRARY = next(iter(sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))), None)
# libfaketime 0.9.10 knows no sleep until a monotonic time, which is how Python >= 3.11 sleeps.
SLEEP = "import select, time; time.sleep = lambda seconds: select.select([], [], [], seconds)\n"
# The broker does not take the loader's variables from its caller, so its installation sets the clock.
SET = """\
import os, sys
if os.environ.get("LD_PRELOAD") != {environment!r}["LD_PRELOAD"]:
    os.environ.update({environment!r})
    os.execv(sys.executable, sys.orig_argv)
"""

needs_faketime = pytest.mark.skipif(LIBRARY is None, reason="libfaketime is not installed")


@dataclass(frozen=True, slots=True)
class Clock:
    """The clock of all our processes, ahead of the machine's by what its file says.

    Files keep the machine's dates, so it must not be behind: they would be of the future.
    """

    file: Path

    @classmethod
    def in_folder(cls, folder: Path) -> "Clock":
        """Make a clock that is right, in a folder of its own."""
        folder.mkdir()
        (folder / "sitecustomize.py").write_text(SLEEP)
        clock = cls(folder / "ahead")
        clock.set(0)
        place = clock.executable.parent.parent
        installation.make(place)
        modules = installation.modules(place)
        hook = SET.format(environment=clock.environment) + SLEEP
        (modules / "sitecustomize.py").write_text(hook)
        return clock

    @property
    def executable(self) -> Path:
        """Our executable, in an installation that goes by this clock."""
        return self.file.parent / "installation" / "bin" / PATH.name

    @property
    def environment(self) -> dict[str, str]:
        """What a process is told to go by this clock; its monotonic one goes on undisturbed."""
        return {
            "LD_PRELOAD": str(LIBRARY),
            "PYTHONPATH": str(self.file.parent),
            "FAKETIME_TIMESTAMP_FILE": str(self.file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }

    def set(self, ahead_seconds: int) -> None:
        """Put the clock so far ahead of the machine's."""
        # Whole at any time: libfaketime takes an empty file for the right time.
        new = self.file.with_name("new")
        new.write_text(f"+{ahead_seconds}\n")
        new.replace(self.file)
