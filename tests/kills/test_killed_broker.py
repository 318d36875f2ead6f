"""A broker that is killed: callers start the next one, and get their answers from it."""

import os
import signal
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from credential_process.sandbox import Sandbox
from testing import broker, processes
from testing.events import until
from testing.executable import Executable
from testing.home import Home
from testing.people import Person
from tests.kills.strace import Point, chosen, needs_strace, points, recording
from tests.kills.sweep import Outcome, sweep
from tests.kills.test_mailbox import delete_state


@pytest.fixture
def document(get: Executable, signed_in: Home) -> Path:
    """Serve a first call, so that all folders exist; return the document of its role."""
    assert get().returncode == 0
    processes.end(signed_in.path)
    return signed_in.document(get.arguments[3], get.arguments[5])


@needs_strace
def test_killing_a_broker_that_starts_costs_its_caller_nothing(
    get: Executable, home: Home, sandbox: Sandbox, document: Path, nobody: Person, tmp_path: Path
) -> None:
    """Wherever it dies, a waiting caller starts another one."""
    environment = {**get.environment, "BROWSER": nobody.browser}
    (log,) = home.host_files("broker.log")
    traces = tmp_path / "trace"

    def serve(prefix: tuple[str, ...]) -> tuple[bool, Outcome]:
        document.unlink(missing_ok=True)
        with broker.start(get, log.parent, prefix) as strace:
            done = get(environment=environment)
            struck = broker.ended(strace)
        processes.end(home.path)
        return struck, (done.returncode, done.stderr)

    assert serve((*recording(traces), "-f")) == (False, (0, ""))

    def kill(point: Point) -> tuple[bool, Outcome]:
        return serve((*point.prefix, "-f"))

    assert sweep("a broker that starts", chosen(points(traces)), kill) == {}
    assert sandbox.counters()["authorize"] == 0


@needs_strace
@pytest.mark.usefixtures("document")
def test_a_broker_whose_lock_is_deleted_before_it_works_leaves_its_callers_to_the_next(
    get: Executable, home: Home, tmp_path: Path
) -> None:
    """Two brokers would serve one mailbox, and ask the user twice."""
    lingers = {**get.environment, "SSO_CREDENTIAL_PROCESS_LINGER": "3600"}
    lock = home.host_files("broker.lock")[0]
    (trace := tmp_path / "trace").touch()
    stop = (
        "strace",
        "-o",
        str(trace),
        "-e",
        "trace=flock",
        "-e",
        "inject=flock:signal=STOP:when=1",
    )
    strace = broker.start(replace(get, environment=lingers), lock.parent, stop)
    until(lambda: "stopped by SIGSTOP" in trace.read_text(), "it has the lock")
    assert broker.is_held(lock)
    (first,) = processes.of(home.path).keys() - {strace.pid}
    delete_state(home)
    assert get().returncode == 0
    os.kill(first, signal.SIGCONT)
    until(lambda: strace.poll() is not None, "it ends", seconds=60)
    assert processes.of(home.path).keys() == {broker.process_id(home)}


@needs_strace
def test_killing_a_broker_costs_a_sign_in_only_inside_a_token_exchange(
    get: Executable,
    home: Home,
    sandbox: Sandbox,
    document: Path,
    expire: Callable[[], None],
    tmp_path: Path,
) -> None:
    """A refresh token works once: spent before the new one is on the disk, it is lost."""
    traces = tmp_path / "trace"

    def ask() -> tuple[int, str]:
        expire()
        document.unlink(missing_ok=True)
        done = get()
        return done.returncode, done.stderr

    def start() -> int:
        processes.end(home.path)
        assert ask() == (0, "")
        return broker.process_id(home)

    def kill(point: Point) -> tuple[bool, Outcome]:
        lost_before, asked_before = _lost_and_asked(sandbox)
        process = start()
        with broker.joined(point.prefix, broker.workers(process)):
            outcome = ask()
        lost, asked = _lost_and_asked(sandbox)
        # A lost one shows when the next broker tries the old one again.
        needless = max(0, asked - asked_before - (lost - lost_before))
        at_most_one = max(0, asked - asked_before - 1)
        return process not in processes.of(home.path), (*outcome, needless, at_most_one)

    process = start()
    with broker.joined(recording(traces), broker.workers(process)):
        assert ask() == (0, "")
    assert sweep("a broker that exchanges a token", chosen(points(traces)), kill) == {}


def _lost_and_asked(sandbox: Sandbox) -> tuple[int, int]:
    counters = sandbox.counters()
    return counters["refresh_reuse_attempts"], counters["authorize"]
