"""A token file in the middle of a write: the AWS CLI and the SDKs truncate it, and then fill it."""

import ctypes
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

import pytest

from credential_process.sandbox import Sandbox
from testing import processes
from testing.events import until
from testing.executable import Executable, finish
from testing.home import Home
from testing.people import Person
from testing.proof import outcome
from tests.identity.held import hold

# A broker reads an unfinished file for 0.3 s. On a loaded machine a write may take longer, which shows nothing.
LONGEST_SECONDS = 0.25
IN_CLOSE_NOWRITE = 0x10  # inotify(7)
EVENT_BYTES = 16


@pytest.fixture
def token(home: Home, sandbox: Sandbox) -> str:
    """Sign Ada in; return what is in the token file."""
    home.sign_in(sandbox, user_name="ada")
    return home.token_file().read_text()


@pytest.fixture(params=["empty", "half"])
def part(request: pytest.FixtureRequest, token: str) -> str:
    """Return what is in the file for a moment."""
    return "" if request.param == "empty" else token[: len(token) // 2]


@contextmanager
def reads_of(path: Path) -> Iterator[Callable[[], int]]:
    """Return a function that counts how often processes have read a file since."""
    libc = ctypes.CDLL(None)
    events = libc.inotify_init1(os.O_NONBLOCK)
    assert libc.inotify_add_watch(events, os.fsencode(path), IN_CLOSE_NOWRITE) >= 0
    total = 0

    def count() -> int:
        nonlocal total
        with suppress(BlockingIOError):
            total += len(os.read(events, 4096)) // EVENT_BYTES
        return total

    yield count
    os.close(events)


def finish_write(path: Path, whole: str, count: Callable[[], int], *, reads: int) -> bool:
    """Write a file when a part of it was read so often; return whether that was soon after the first time."""
    unread = looked = time.monotonic()

    def is_read() -> bool:
        nonlocal unread, looked
        unread, looked = looked, time.monotonic()
        return count() > 0

    def is_late() -> bool:
        return time.monotonic() - unread >= LONGEST_SECONDS

    until(is_read, "the broker reads it")
    until(lambda: count() >= reads or is_late(), "the broker reads it again")
    path.write_text(whole)
    return not is_late()


@pytest.mark.parametrize("flags", [(), ("--no-login",)], ids=["login", "no-login"])
@pytest.mark.parametrize("broker", ["warm", "cold"])
def test_a_write_of_the_token_asks_no_user(
    get: Executable,
    home: Home,
    sandbox: Sandbox,
    token: str,
    part: str,
    flags: tuple[str, ...],
    broker: str,
    people: Callable[..., Person],
) -> None:
    """A page that opens, or exit 3, while the user is signed in all the time."""
    line = (*get.arguments, "--wait", "180", *flags)
    assert outcome(sandbox, get(*line)) == (0, "ada")

    def write_in_time(reads: int) -> tuple[tuple[int, str], list[str]] | None:
        for document in home.state.glob("*/roles/*/*"):
            document.unlink()
        if broker == "cold":
            processes.end(home.path)
        person = people("--leave")
        home.token_file().write_text(part)
        with reads_of(home.token_file()) as count:
            caller = get.start(*line, environment={**get.environment, "BROWSER": person.browser})
            is_in_time = finish_write(home.token_file(), token, count, reads=reads)
        done = finish(caller)
        return (outcome(sandbox, done), person.arrivals()) if is_in_time else None

    for reads in (1, 2, 3):
        ended = until(partial(write_in_time, reads), "a write that the broker has time for")
        assert ended == ((0, "ada"), [])


def test_a_sign_in_ends_at_once_when_a_good_token_is_there(
    get: Executable,
    home: Home,
    token: str,
    part: str,
    sandbox: Sandbox,
    people: Callable[..., Person],
    command: Callable[..., Executable],
) -> None:
    """A write that took too long has opened a page; no user should have to answer it."""
    person = people("--leave")
    environment = {**get.environment, "BROWSER": person.browser}
    home.token_file().write_text(part)
    callers = [get.start(environment=environment) for _ in range(3)]
    until(person.arrivals, "the page is open")
    home.token_file().write_text(token)
    assert {outcome(sandbox, finish(caller)) for caller in callers} == {(0, "ada")}
    until(lambda: home.host_files("sign_in") == [], "the sign-in is over")
    (session,) = json.loads(command("status", "--json")().stdout)["sessions"]
    assert (session["state"], session["sign_in"]) == ("signed_in", None)
    assert (len(person.arrivals()), sandbox.counters()["authorize"]) == (1, 1)


def test_a_token_that_appears_before_the_page_is_answered_serves_all(
    get: Executable, home: Home, sandbox: Sandbox, token: str, people: Callable[..., Person]
) -> None:
    """`aws sso login` in another terminal is an answer as good as one on the page."""
    home.token_file().unlink()
    person = people("--leave")
    caller = get.start(environment={**get.environment, "BROWSER": person.browser})
    until(person.arrivals, "the page is open")
    home.token_file().write_text(token)
    assert outcome(sandbox, finish(caller)) == (0, "ada")


@pytest.mark.parametrize("operation", ["register", "authorize"])
def test_a_token_that_is_whole_again_while_a_sign_in_begins_is_taken(
    get: Executable,
    home: Home,
    token: str,
    part: str,
    sandbox: Sandbox,
    people: Callable[..., Person],
    operation: str,
) -> None:
    """It was found empty, and is good before the page can open: it must not be taken for a bad one."""
    person = people("--leave")
    home.token_file().write_text(part)
    is_held = hold(sandbox, {"operation": operation})
    caller = get.start(environment={**get.environment, "BROWSER": person.browser})
    is_held()
    home.token_file().write_text(token)
    sandbox.set_faults()
    assert outcome(sandbox, finish(caller)) == (0, "ada")
    until(lambda: home.host_files("sign_in") == [], "the sign-in is over")
