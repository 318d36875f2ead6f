"""A clock that jumps by two hours between two calls."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from credential_process.sandbox import Sandbox
from testing import processes
from testing.clock import Clock, needs_faketime
from testing.executable import Executable
from testing.home import Home
from testing.people import Person

TWO_HOURS = 2 * 3600
pytestmark = needs_faketime


@pytest.fixture
def clock(tmp_path: Path) -> Clock:
    """Make a clock that is right."""
    return Clock.in_folder(tmp_path / "clock")


@pytest.fixture
def ask(get: Executable, clock: Clock, nobody: Person) -> Executable:
    """Return a `get` that uses the clock, and may not prompt."""
    # A process that measures coverage under libfaketime sometimes hangs.
    kept = {name: value for name, value in get.environment.items() if "COVERAGE" not in name}
    environment = {**kept, **clock.environment, "BROWSER": nobody.browser}
    return replace(get, environment=environment, path=clock.executable)


@pytest.fixture(params=["the same broker", "another broker"])
def end_broker(request: pytest.FixtureRequest, signed_in: Home) -> Callable[[], None]:
    """Return what happens to the broker while the clock is changed."""
    if request.param == "the same broker":
        return lambda: None
    return lambda: processes.end(signed_in.path)


def test_a_clock_that_is_stepped_back_costs_nothing(
    ask: Executable, signed_in: Home, sandbox: Sandbox, clock: Clock, end_broker: Callable[[], None]
) -> None:
    """All files are then dated in the future, and callers must not wait for those dates."""
    sandbox.advance_clock(TWO_HOURS)
    signed_in.sign_in(sandbox)
    clock.set(TWO_HOURS)
    assert ask().returncode == 0
    end_broker()
    date_files(signed_in, TWO_HOURS)
    clock.set(0)
    for role_name in ("Developer", "Administrator"):
        done = ask(*ask.arguments[:-1], role_name)
        assert (done.returncode, done.stderr) == (0, "")
    assert sandbox.counters()["authorize"] == 0


@pytest.mark.usefixtures("signed_in")
def test_a_clock_that_is_ahead_is_one_line_and_costs_nothing_once_it_is_right(
    ask: Executable, sandbox: Sandbox, clock: Clock, end_broker: Callable[[], None]
) -> None:
    """By such a clock all credentials of the service have expired, and no SDK would accept them."""
    assert ask().returncode == 0
    end_broker()
    clock.set(TWO_HOURS)
    done = ask()
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (5, "", 1)
    end_broker()
    clock.set(0)
    done = ask()
    assert (done.returncode, done.stderr) == (0, "")
    assert sandbox.counters()["authorize"] == 0


@pytest.mark.usefixtures("signed_in")
def test_two_hours_of_sleep_cost_an_exchange(
    ask: Executable, sandbox: Sandbox, clock: Clock, end_broker: Callable[[], None]
) -> None:
    """A laptop that wakes up has an expired token, and a valid refresh token."""
    assert ask().returncode == 0
    end_broker()
    sandbox.advance_clock(TWO_HOURS)
    clock.set(TWO_HOURS)
    done = ask()
    assert (done.returncode, done.stderr) == (0, "")
    counters = sandbox.counters()
    assert (counters["authorize"], counters["token"]["refresh_token"]) == (0, 1)


def date_files(home: Home, seconds: int) -> None:
    """Date all files as a clock that was this far ahead would have done."""
    for path in home.aws.rglob("*"):
        status = path.stat()
        os.utime(path, (status.st_atime, status.st_mtime + seconds))
