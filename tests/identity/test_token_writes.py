"""A token file in the middle of a write: the AWS CLI and the SDKs truncate it, and then fill it."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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

ROUNDS = 5
WINDOW_SECONDS = 0.2
# We read again for 0.3 s. On a loaded machine a write may take longer, and then the round shows nothing.
LONGEST_SECONDS = 0.25


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
def written_slowly(path: Path, part: str, whole: str) -> Iterator[list[float]]:
    """Write a part of a file, and soon the rest; at the end the list holds how long that took."""
    took: list[float] = []
    begun = threading.Event()

    def write() -> None:
        began = time.monotonic()
        path.write_text(part)
        begun.set()
        threading.Event().wait(WINDOW_SECONDS)
        path.write_text(whole)
        took.append(time.monotonic() - began)

    writer = threading.Thread(target=write)
    writer.start()
    begun.wait()
    try:
        yield took
    finally:
        writer.join()


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
    person = people("--leave")
    environment = {**get.environment, "BROWSER": person.browser}
    line = (*get.arguments, "--wait", "30", *flags)
    assert outcome(sandbox, get(*line, environment=environment)) == (0, "ada")
    outcomes = []
    for _ in range(4 * ROUNDS):
        for document in home.state.glob("*/roles/*/*"):
            document.unlink()
        if broker == "cold":
            processes.end(home.path)
        with written_slowly(home.token_file(), part, token) as took:
            done = get(*line, environment=environment)
        if took[0] < LONGEST_SECONDS:
            outcomes.append(outcome(sandbox, done))
            assert person.arrivals() == []
        if len(outcomes) == ROUNDS:
            break
    assert outcomes == [(0, "ada")] * len(outcomes)


def test_a_sign_in_ends_at_once_when_a_good_token_is_there(
    get: Executable,
    home: Home,
    token: str,
    part: str,
    sandbox: Sandbox,
    people: Callable[..., Person],
    command: Callable[..., Executable],
) -> None:
    """A write that took too long has opened a page; nobody should have to answer it."""
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
    """`aws sso login` in another terminal is an answer as good as ours."""
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
