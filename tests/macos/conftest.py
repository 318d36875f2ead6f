"""Tests of what differs on macOS; those that need its doubles run by ``make macos`` alone (`world`)."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from testing.executable import Executable
from testing.home import Home

WORLD = os.environ.get("MACOS_DOUBLES", "")
collect_ignore = (
    [] if WORLD else ["test_doubles.py", "test_desktop.py", "test_host.py", "test_disk.py"]
)


@pytest.fixture
def in_session() -> Callable[[str], None]:
    """Return how to put all processes into a session of launchd, such as Aqua; the last test's is left."""
    name = Path(WORLD, "managername")

    def in_session(manager: str) -> None:
        name.write_text(f"{manager}\n")

    return in_session


@pytest.fixture
def command(home: Home, environment: dict[str, str]) -> Callable[[str], Executable]:
    """Return how to run another command than `get`."""
    return lambda name: Executable(name, home.path, environment, ())
