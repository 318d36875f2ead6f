"""A broker that is killed while a user signs in: the open page continues to work."""

import shlex
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from subprocess import CompletedProcess, Popen

import pytest

from credential_process.sandbox import Sandbox
from testing import broker, processes
from testing.events import until
from testing.executable import Executable, finish
from testing.home import Home
from testing.people import Pause, Person
from tests.kills.strace import Point, chosen, needs_strace, points, recording
from tests.kills.sweep import Outcome, sweep

SCRIPT = Path(__file__).parents[2] / "testing" / "patient_person.py"
# Everything is slow under strace, and even slower on a busy machine.
DEADLINE_SECONDS = 600


class Patient(Person):
    """A user who loads a page again if it fails, as people do."""

    @property
    def browser(self) -> str:
        """The value of `$BROWSER`."""
        words = [sys.executable, "-I", str(SCRIPT), *self.options, "--record", str(self.record)]
        return f"{shlex.join(words)} %s"


@dataclass(frozen=True, slots=True)
class Morning:
    """A first call of the day: the user is signed out, and at the browser."""

    get: Executable
    home: Home
    sandbox: Sandbox
    host_folder: Path

    def begin(self) -> None:
        """End the day before: sign out, and make the service forget the client."""
        processes.end(self.home.path)
        shutil.rmtree(self.home.aws / "sso", ignore_errors=True)
        for left in (*self.host_folder.parent.parent.glob("roles/*/*"), *self._left()):
            left.unlink(missing_ok=True)
        self.sandbox.reset()

    def _left(self) -> tuple[Path, ...]:
        session_folder = self.host_folder.parent.parent
        return (
            self.host_folder / "sign_in",
            session_folder / "outcome",
            session_folder / "token.lock",
        )

    def start(self, environment: Mapping[str, str]) -> Popen[str]:
        """Make the first call."""
        wait = ("--wait", str(DEADLINE_SECONDS))
        return self.get.start(*self.get.arguments, *wait, environment=environment)

    def call(self, environment: Mapping[str, str]) -> CompletedProcess[str]:
        """Make it, and wait until it ends."""
        return finish(self.start(environment), timeout_seconds=DEADLINE_SECONDS)

    def outcome(self, returncode: int, stderr: str) -> Outcome:
        """Return how the call ended, and how many sign-ins too many it took."""
        counters = self.sandbox.counters()
        spent = counters["token"]["authorization_code"]
        return returncode, stderr, max(0, counters["authorize"] - max(1, min(2, spent)))


@pytest.fixture
def morning(get: Executable, signed_in: Home, sandbox: Sandbox) -> Morning:
    """Serve a first call, so that all folders exist."""
    assert get().returncode == 0
    (log,) = signed_in.host_files("broker.log")
    return Morning(get, signed_in, sandbox, log.parent)


@needs_strace
def test_killing_a_broker_costs_no_second_sign_in(morning: Morning, tmp_path: Path) -> None:
    """The open sign-in is on the disk before the user sees it, and the next broker takes it over."""
    patient = Patient(tmp_path / "patient")
    environment = {**morning.get.environment, "BROWSER": patient.browser}
    traces = tmp_path / "trace"

    def serve(prefix: tuple[str, ...]) -> tuple[bool, Outcome]:
        morning.begin()
        with broker.start(morning.get, morning.host_folder, prefix) as strace:
            done = morning.call(environment)
            outcome = morning.outcome(done.returncode, done.stderr)
            struck = broker.ended(strace)
        return struck, outcome

    def kill(point: Point) -> tuple[bool, Outcome]:
        return serve((*point.prefix, "-f"))

    assert serve((*recording(traces), "-f")) == (False, (0, "", 0))
    # It starts like any other broker, so only the last calls belong to the sign-in.
    everyday = chosen(points(traces), calls=("connect", "fsync", "rename", "sendto"), first=False)
    assert sweep("a broker that signs in", everyday, kill) == {}


@needs_strace
def test_killing_a_broker_that_redeems_a_code_costs_at_most_a_sign_in(
    morning: Morning, tmp_path: Path, pause: Pause
) -> None:
    """An authorization code works once, like a refresh token."""
    patient = Patient(tmp_path / "patient", ("--wait-for", str(pause.path)))
    environment = {**morning.get.environment, "BROWSER": patient.browser}
    traces = tmp_path / "trace"

    def serve(prefix: tuple[str, ...]) -> tuple[bool, Outcome]:
        morning.begin()
        patient.record.unlink(missing_ok=True)
        caller = morning.start(environment)
        until(patient.arrivals, "the page is open")
        process = broker.process_id(morning.home)
        with broker.joined((*prefix, "-f"), [process]):
            until(pause.end, "the person goes on")
            done = finish(caller, timeout_seconds=DEADLINE_SECONDS)
        struck = process not in processes.of(morning.home.path)
        return struck, morning.outcome(done.returncode, done.stderr)

    def kill(point: Point) -> tuple[bool, Outcome]:
        return serve(point.prefix)

    assert serve(recording(traces)) == (False, (0, "", 0))
    assert sweep("a broker that redeems a code", chosen(points(traces)), kill) == {}
