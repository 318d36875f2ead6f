"""Fixtures for what differs on macOS; the tests that need its doubles only run by ``make macos`` (`world`)."""

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
    """Return a function that puts all processes of the home into a session of launchd, such as Aqua."""

    def in_session(manager: str) -> None:
        (home.path / "managername").write_text(f"{manager}\n")

    return in_session


@pytest.fixture
def command(home: Home, environment: dict[str, str]) -> Callable[[str], Executable]:
    """Return a function that runs another command than `get`."""
    return lambda name: Executable(name, home.path, environment, ())
