"""Tests of what differs on macOS; those that need its doubles run by ``make macos`` alone (`world`)."""

import os
from collections.abc import Callable

import pytest

from testing.executable import Executable
from testing.home import Home

WORLD = os.environ.get("MACOS_DOUBLES", "")
collect_ignore = (
    [] if WORLD else ["test_doubles.py", "test_desktop.py", "test_host.py", "test_disk.py"]
)


@pytest.fixture
def in_session(home: Home) -> Callable[[str], None]:
    """Return how to put all processes of the home into a session of launchd, such as Aqua."""

    def in_session(manager: str) -> None:
        (home.path / "managername").write_text(f"{manager}\n")

    return in_session


@pytest.fixture
def command(home: Home, environment: dict[str, str]) -> Callable[[str], Executable]:
    """Return how to run another command than `get`."""
    return lambda name: Executable(name, home.path, environment, ())
