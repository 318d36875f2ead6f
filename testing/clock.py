"""A clock for the product's processes that a test can change: libfaketime."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from testing import installation
from testing.executable import PATH

LIBRARY = next(iter(sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))), None)
# libfaketime 0.9.10 cannot sleep until a monotonic time, as Python >= 3.11 does.
SLEEP = "import select, time; time.sleep = lambda seconds: select.select([], [], [], seconds)\n"
# The broker does not inherit the loader's variables from its caller, so its installation sets the clock.
SET = """\
import os, sys
if os.environ.get("LD_PRELOAD") != {environment!r}["LD_PRELOAD"]:
    os.environ.update({environment!r})
    os.execv(sys.executable, sys.orig_argv)
"""

needs_faketime = pytest.mark.skipif(LIBRARY is None, reason="libfaketime is not installed")


@dataclass(frozen=True, slots=True)
class Clock:
    """The clock of all the product's processes; its file contains how far it is ahead of the machine's clock.

    Files have the machine's dates, so it must not be behind, or they would be dated in the future.
    """

    file: Path

    @classmethod
    def in_folder(cls, folder: Path) -> "Clock":
        """Make a clock without an offset, in its own folder."""
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
        """The executable, in an installation that uses this clock."""
        return self.file.parent / "installation" / "bin" / PATH.name

    @property
    def environment(self) -> dict[str, str]:
        """Return the variables that make a process use this clock; its monotonic clock is not changed."""
        return {
            "LD_PRELOAD": str(LIBRARY),
            "PYTHONPATH": str(self.file.parent),
            "FAKETIME_TIMESTAMP_FILE": str(self.file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }

    def set(self, ahead_seconds: int) -> None:
        """Set the clock this far ahead of the machine's."""
        # Replaced at once: libfaketime reads an empty file as no offset.
        new = self.file.with_name("new")
        new.write_text(f"+{ahead_seconds}\n")
        new.replace(self.file)
