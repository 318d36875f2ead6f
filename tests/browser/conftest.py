"""Fixtures of the tests with a real browser: one Chromium for each module, tabs, and a caller that waits."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from subprocess import Popen

import pytest

from testing import processes
from testing.chromium import Chromium, Tab, chromium
from testing.events import until
from testing.executable import Executable, finish
from testing.people import Person
from tests import terraform

# A name that an attacker's name server resolves to this computer (DNS rebinding).
REBOUND = "evil.example"


@pytest.fixture(scope="module")
def browser() -> Iterator[Chromium]:
    """Start Chromium, once for all tests of a module."""
    with chromium(f"--host-resolver-rules=MAP {REBOUND} 127.0.0.1") as browser:
        yield browser


@pytest.fixture
def tabs(browser: Chromium) -> Iterator[Callable[[], Tab]]:
    """Return a function that opens tabs; all are closed afterwards."""
    with ExitStack() as opened:

        def tab() -> Tab:
            tab = browser.tab()
            opened.callback(tab.close)
            return tab

        yield tab


@pytest.fixture
def tab(tabs: Callable[[], Tab]) -> Tab:
    """Open a tab."""
    return tabs()


@pytest.fixture
def person(people: Callable[..., Person]) -> Person:
    """Return a user whose browser only records the address; the test opens it in Chromium."""
    return people("--absent")


@pytest.fixture
def start(get: Executable, tmp_path: Path) -> Iterator[Callable[..., Popen[str]]]:
    """Return a function that starts callers, for a program with the name terraform."""
    prefix = terraform.installed(tmp_path)
    started = []

    def start(*arguments: str) -> Popen[str]:
        started.append(get.start(*arguments, prefix=prefix))
        return started[-1]

    yield start
    if any(caller.poll() is None for caller in started):
        processes.end(get.home)
    for caller in started:
        if caller.stdout and not caller.stdout.closed:
            finish(caller)


@pytest.fixture
def caller(start: Callable[..., Popen[str]]) -> Popen[str]:
    """Start a caller that waits for the sign-in."""
    return start()


@pytest.fixture
def page(caller: Popen[str], person: Person) -> str:
    """Return the address of the landing page, which no browser has opened yet."""
    assert caller.pid
    return until(person.arrivals, "the page is to be opened")[0]
