"""Processes of Windows that are killed or stopped in the middle of something: the user notices nothing.

Here the browser only records the address, and the test opens the page at the moment of its choice.
"""

from collections.abc import Callable

import pytest

from credential_process.sandbox import Sandbox
from testing.broker import process_id
from testing.events import until
from testing.home import Home
from testing.patient_person import Patient
from testing.people import Person
from testing.person import answer
from testing.wine import Executable, Started, Windows


@pytest.fixture
def environment(environment: dict[str, str], visitor: Person) -> dict[str, str]:
    """Make callers open pages in that browser."""
    return {**environment, "BROWSER": visitor.browser}


@pytest.fixture
def caller(get: Executable) -> Started:
    """Start a caller, signed out."""
    return get.start()


@pytest.fixture
def page(caller: Started, visit: Callable[[], Patient]) -> Patient:  # noqa: ARG001  it is sent there
    """Open the page that the caller's browser got."""
    return visit()


def test_a_sign_in_outlives_its_caller(
    get: Executable, caller: Started, page: Patient, home: Home, nobody: Person, sandbox: Sandbox
) -> None:
    """SDKs time out and kill: the want is dropped, and what the user does is kept for the next call."""
    caller.kill()
    until(lambda: not home.wants(), "its want is forgotten")
    answer(page, allow=True)
    done = get(environment={**get.environment, "BROWSER": nobody.browser})
    assert (done.returncode, done.stderr) == (0, "")
    assert sandbox.counters()["authorize"] == 1


def test_a_killed_broker_is_replaced_and_its_page_taken_over(
    caller: Started,
    page: Patient,
    home: Home,
    windows: Windows,
    visitor: Person,
    sandbox: Sandbox,
) -> None:
    """The page in the browser still works: the next broker listens on the same port."""
    killed = process_id(home)
    windows.terminate(killed)
    until(lambda: process_id(home) != killed, "another broker is there")
    answer(page, allow=True)
    done = caller.finish()
    assert (done.returncode, done.stderr) == (0, "")
    assert (len(visitor.arrivals()), sandbox.counters()["authorize"]) == (1, 1)


def test_a_logout_needs_no_broker_that_answers(
    get: Executable,
    command: Callable[[str], Executable],
    role: tuple[str, ...],
    signed_in: Home,
    windows: Windows,
) -> None:
    """A stopped broker holds its lock, but `logout` signs the user out all the same."""
    assert get().returncode == 0
    windows.suspend(process_id(signed_in))
    done = command("logout")("--sso-session", "corp")
    assert done.returncode == 0
    assert not signed_in.token_file().exists()
    assert list(signed_in.state.glob("*/roles/*/*")) == []
    after = get(*role, "--wait", "1")
    assert (after.returncode, after.stdout) == (5, "")
