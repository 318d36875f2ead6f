"""Two hundred processes that ask at once while no user is signed in."""

import json
import signal
import socket
import subprocess
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest

from credential_process.sandbox import Sandbox
from testing import broker, processes
from testing.events import until
from testing.executable import Executable, finish
from testing.home import Home
from testing.people import Pause, Person

CALLERS = 200
KILLED = 100
# Two cores start 200 interpreters in a few seconds; a busy machine needs longer.
PATIENCE_SECONDS = 180
Callers = list[subprocess.Popen[str]]


@dataclass(frozen=True, slots=True)
class Herd:
    """All the callers, and the user who has opened the page and has not signed in yet."""

    callers: Callers
    person: Person
    pause: Pause

    def reconcile_again(self) -> None:
        """Let the person sign in."""
        until(self.pause.end, "the person goes on")

    def ends(self) -> Counter[tuple[int, str]]:
        """Return how the callers ended: exit code and stderr, with counts."""
        return Counter((end.returncode, end.stderr) for end in self._done())

    def answers(self) -> list[str]:
        """Return the access key of each answer."""
        return [json.loads(end.stdout)["AccessKeyId"] for end in self._done()]

    def _done(self) -> list[subprocess.CompletedProcess[str]]:
        return [finish(caller, timeout_seconds=PATIENCE_SECONDS) for caller in self.callers]


@pytest.fixture
def herd(get: Executable, home: Home, people: Callable[..., Person], pause: Pause) -> Herd:
    """Start 200 callers, and wait until the page is open and every want is posted."""
    person = people("--wait-for", str(pause.path))
    environment = {**get.environment, "BROWSER": person.browser}
    callers = [get.start(environment=environment) for _ in range(CALLERS)]
    until(lambda: len(home.wants()) == CALLERS, "all wait", PATIENCE_SECONDS)
    until(person.arrivals, "the page is open", PATIENCE_SECONDS)
    return Herd(callers, person, pause)


def asked(sandbox: Sandbox) -> tuple[int, ...]:
    """Return the requests to the service: register, authorize, token, refresh, role credentials."""
    counters = sandbox.counters()
    exchanges = counters["token"]
    return (
        counters["register"],
        counters["authorize"],
        exchanges["authorization_code"],
        exchanges["refresh_token"],
        counters["role_credentials"],
    )


def listens(url: str) -> bool:
    """Return whether a process listens at the address of a page."""
    address = urlsplit(url)
    with socket.socket() as connection:
        return connection.connect_ex((address.hostname, address.port)) == 0


def test_two_hundred_callers_cost_one_of_everything(herd: Herd, sandbox: Sandbox) -> None:
    """A `terraform apply` in the morning is one page, one token, one fetch, and 200 answers."""
    herd.reconcile_again()
    answers = herd.answers()
    assert (len(answers), len(set(answers))) == (CALLERS, 1)
    assert asked(sandbox) == (1, 1, 1, 0, 1)
    assert len(herd.person.arrivals()) == 1


def test_the_rest_of_a_herd_is_served_when_half_of_it_is_killed(
    herd: Herd, sandbox: Sandbox
) -> None:
    """After Ctrl-C in one terminal, the sign-in continues for the others."""
    killed = herd.callers[:KILLED]
    for caller in killed:
        caller.kill()
    herd.reconcile_again()
    assert herd.ends() == {(-signal.SIGKILL, ""): KILLED, (0, ""): CALLERS - KILLED}
    assert asked(sandbox) == (1, 1, 1, 0, 1)


def test_a_broker_that_is_killed_under_a_herd_is_replaced_once(
    herd: Herd, home: Home, sandbox: Sandbox
) -> None:
    """All callers notice at once; one of them starts the next broker, which listens at the same address."""
    before = broker.process_id(home)
    processes.kill(before)
    until(lambda: listens(herd.person.arrivals()[0]), "the next broker listens")
    assert broker.process_id(home) != before
    herd.reconcile_again()
    assert herd.ends() == {(0, ""): CALLERS}
    assert asked(sandbox) == (1, 1, 1, 0, 1)
    (log,) = home.host_files("broker.log")
    assert log.read_text().count(" alive, version ") == 2
    assert len(herd.person.arrivals()) == 1
