"""A caller that ends in the middle of a sign-in, in every possible way: the user notices nothing."""

from collections.abc import Callable
from subprocess import Popen

import pytest

from credential_process.sandbox import Sandbox
from testing.events import until
from testing.executable import Executable, finish
from testing.home import Home
from testing.people import Pause, Person
from testing.terminal import Terminal


def _close_pipe(caller: Popen[str], _: Terminal) -> None:
    assert caller.stdout
    caller.stdout.close()


# What happens, and how the caller ends; one that only lost its reader gets its answer with the others.
ENDS: dict[str, tuple[Callable[[Popen[str], Terminal], None], int]] = {
    "killed": (lambda caller, _: caller.kill(), -9),
    "terminated": (lambda caller, _: caller.terminate(), -15),
    "its pipe was closed": (_close_pipe, 0),
    "its terminal was closed": (lambda _, terminal: terminal.hang_up(), -1),
}


@pytest.mark.parametrize(("end", "exit_code"), ENDS.values(), ids=ENDS)
def test_a_sign_in_outlives_its_caller(
    get: Executable,
    home: Home,
    people: Callable[..., Person],
    nobody: Person,
    pause: Pause,
    sandbox: Sandbox,
    end: Callable[[Popen[str], Terminal], None],
    exit_code: int,
) -> None:
    """SDKs time out, and users close windows: what the user does is kept for the next call."""
    person = people("--wait-for", str(pause.path))
    terminal = Terminal()
    caller = get.start(
        environment={**get.environment, "BROWSER": person.browser},
        prefix=terminal.prefix,
        stdin=terminal.keyboard,
    )
    until(person.arrivals, "the page is open")
    end(caller, terminal)
    until(pause.end, "the person goes on")
    until(home.token_file().exists, "the token is stored")
    done = get(environment={**get.environment, "BROWSER": nobody.browser})
    assert (done.returncode, done.stderr) == (0, "")
    assert (len(person.arrivals()), sandbox.counters()["authorize"]) == (1, 1)
    assert finish(caller).returncode == exit_code
    terminal.hang_up()
