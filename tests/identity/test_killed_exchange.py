"""A broker that is killed after the service has answered an exchange: a refresh token serves once.

The exchange is held until strace has joined the broker, so that every point lies behind the answer.
"""

import json
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen

import pytest

from credential_process.sandbox import Sandbox
from testing import broker, processes
from testing.events import until
from testing.executable import Executable, finish
from testing.home import Home
from testing.proof import files_with_tokens, outcome
from tests.identity.held import hold
from tests.kills.strace import Point, chosen, needs_strace, points, recording

# What writes: between two of these nothing changes on the disk.
CALLS = ("write", "fsync", "rename", "unlink")
OTHER_ROLE = "Administrator"
PAST = "2020-01-01T00:00:00Z"
pytestmark = needs_strace


@dataclass(frozen=True, slots=True)
class Exchange:
    """A broker in the middle of an exchange, and the caller that waits for it."""

    get: Executable
    home: Home
    sandbox: Sandbox

    def answer(self, prefix: tuple[str, ...]) -> None:
        """Let a broker, which strace has joined, be answered; return when it is dead or has done its work.

        The caller is stopped meanwhile, so that no other broker looks at what is left.
        """
        processes.end(self.home.path)
        self.home.sign_in(self.sandbox, user_name="ada")
        assert self.get().returncode == 0
        process = broker.process_id(self.home)
        token = json.loads(self.home.token_file().read_text())
        self.home.token_file().write_text(json.dumps({**token, "expiresAt": PAST}))
        is_held = hold(self.sandbox, {"operation": "token", "grant_type": "refresh_token"})
        caller = self.get.start(*self.get.arguments[:-1], OTHER_ROLE)
        is_held()
        os.kill(caller.pid, signal.SIGSTOP)
        with broker.joined(prefix, broker.workers(process)):
            self.sandbox.set_faults()
            until(lambda: self.is_over(process), "the broker is dead, or done")
        kill(caller)
        processes.end(self.home.path)

    def is_over(self, process: int) -> bool:
        """Return whether the broker is dead, or its caller's want is served."""
        return process not in processes.of(self.home.path) or self.home.wants() == []

    def is_on_disk(self) -> bool:
        """Return whether the newest refresh token lies in some file."""
        newest = [token for token in self.sandbox.secrets() if token.startswith("aorAAAAAG")][-1]
        return any(
            newest.encode() in path.read_bytes()
            for path in self.home.aws.rglob("*")
            if path.is_file()
        )

    def forget(self) -> None:
        """Remove what one kill has left, so that the next one begins as the first did."""
        for path in [*self.home.state.rglob("*"), *self.home.token_file().parent.iterdir()]:
            if path.is_file() and path.name not in {"start.lock", "broker.lock", "token.lock"}:
                path.unlink()


def kill(process: Popen[str]) -> None:
    """Kill a caller, stopped as it is."""
    process.kill()
    finish(process)


@pytest.fixture
def exchange(
    get: Executable, home: Home, sandbox: Sandbox, as_user: Callable[[str], dict[str, str]]
) -> Exchange:
    """Return how a broker is brought to where it can be killed; a user answers if they are asked."""
    get = Executable(get.command, get.home, as_user("ada"), get.arguments)
    return Exchange(get, home, sandbox)


@pytest.fixture
def found(exchange: Exchange, tmp_path: Path) -> list[Point]:
    """Return the points behind an answer."""
    traces = tmp_path / "trace"
    exchange.answer(recording(traces))
    assert exchange.is_on_disk()
    exchange.forget()
    return [point for point in chosen(points(traces)) if point.call in CALLS]


def test_a_kill_after_the_answer_is_written_costs_no_sign_in(
    exchange: Exchange, sandbox: Sandbox, found: list[Point]
) -> None:
    """Once the answer has reached the disk, the next call finds it there."""
    wrong = {}
    lost = []
    for point in found:
        asked = sandbox.counters()["authorize"]
        exchange.answer(point.prefix)
        is_on_disk = exchange.is_on_disk()
        done = exchange.get(*exchange.get.arguments[:-1], OTHER_ROLE)
        sign_ins = sandbox.counters()["authorize"] - asked
        if outcome(sandbox, done) != (0, "ada") or (is_on_disk and sign_ins):
            wrong[str(point)] = (done.returncode, done.stderr, sign_ins)
        if not is_on_disk:
            lost.append(str(point))
        exchange.forget()
    print(f"killed at {len(found)} points, lost at {lost}")
    assert wrong == {}
    # Before the first write of the answer it can only be lost: that is one point.
    assert len(lost) <= 1


def test_a_sign_out_after_a_kill_leaves_no_token_here_or_there(
    exchange: Exchange,
    home: Home,
    sandbox: Sandbox,
    found: list[Point],
    command: Callable[..., Executable],
) -> None:
    """What a killed exchange has left is good at the service, and must not outlive the sign-out."""
    wrong = {}
    for point in found:
        exchange.answer(point.prefix)
        is_on_disk = exchange.is_on_disk()
        done = command("logout")()
        revoked = sandbox.portal_sessions()[-1].revoked
        left = [path.name for path in files_with_tokens(home, sandbox)]
        if left or (is_on_disk and (done.returncode, revoked) != (0, True)):
            wrong[str(point)] = (done.returncode, done.stderr, revoked, left)
        exchange.forget()
    assert wrong == {}


def test_a_refused_refresh_token_is_not_presented_by_the_next_broker(
    exchange: Exchange, home: Home, sandbox: Sandbox
) -> None:
    """A service that detects reuse may end the whole session for it."""
    home.sign_in(sandbox, user_name="ada")
    token = json.loads(home.token_file().read_text())
    sandbox.revoke_session()
    home.token_file().write_text(json.dumps({**token, "expiresAt": PAST}))
    for _ in range(3):
        assert exchange.get(*exchange.get.arguments, "--no-login").returncode == 3
        processes.end(home.path)
    assert sandbox.counters()["token"]["refresh_token"] == 1
