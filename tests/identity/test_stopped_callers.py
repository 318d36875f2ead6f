"""A caller that is stopped, or scheduled late, while its config comes to name another organisation."""

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from credential_process.sandbox import Sandbox
from testing import broker
from testing.events import until
from testing.executable import Executable, finish
from testing.home import Home
from testing.proof import issued
from tests.identity.conftest import OTHER
from tests.identity.held import hold


@pytest.fixture
def switch(home: Home, sandbox: Sandbox) -> Callable[[], None]:
    """Sign in to the first organisation; return how to switch the config to the other one."""
    home.sign_in(sandbox)

    def switch() -> None:
        text = home.config.read_text()
        home.config.write_text(text.replace(sandbox.start_url, OTHER.start_url))

    return switch


@contextmanager
def stopped(process: int) -> Iterator[None]:
    """Stop a process, and let it continue at the end."""
    os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(process, signal.SIGCONT)


def is_the_others(sandbox: Sandbox, caller: subprocess.Popen[str]) -> bool:
    """Return whether a caller printed the other organisation's credentials, or none."""
    done = finish(caller)
    if done.returncode != 0:
        return done.stdout == ""
    return issued(sandbox, done).start_url == OTHER.start_url


def test_a_stopped_caller_prints_nothing_of_the_former_organisation(
    get: Executable, sandbox: Sandbox, switch: Callable[[], None]
) -> None:
    """The answer to what it asked has come while it slept; the config names another one now."""
    is_held = hold(sandbox, {"operation": "role_credentials"})
    caller = get.start()
    is_held()
    with stopped(caller.pid):
        switch()
        sandbox.set_faults()
        until(lambda: is_answered(sandbox), "the fetch is answered")
    assert is_the_others(sandbox, caller)
    assert issued(sandbox, get()).start_url == OTHER.start_url


def test_a_late_caller_does_not_take_the_answer_of_an_earlier_one(
    get: Executable, home: Home, sandbox: Sandbox, switch: Callable[[], None]
) -> None:
    """Its own answer is there; a slow fetch for the former organisation ends before it looks."""
    sandbox.set_faults({"operation": "role_credentials", "held": True})
    early = get.start()
    until(lambda: sandbox.faults()[0]["holding"], "the first fetch is held")
    switch()
    home.sign_in(sandbox, tenant=OTHER)
    with stopped(broker.process_id(home)):
        late = get.start()
        until(lambda: len(home.wants()) == 2, "both wait")
        os.kill(late.pid, signal.SIGSTOP)
    with continued(late.pid):
        until(lambda: len(home.wants()) == 1, "the second is answered")
        sandbox.set_faults()
        assert is_the_others(sandbox, early)
    assert is_the_others(sandbox, late)
    assert issued(sandbox, get()).start_url == OTHER.start_url


@contextmanager
def continued(process: int) -> Iterator[None]:
    """Let a stopped process continue at the end."""
    try:
        yield
    finally:
        os.kill(process, signal.SIGCONT)


def is_answered(sandbox: Sandbox) -> bool:
    """Return whether a request for role credentials has been answered."""
    return any(
        record.operation == "role_credentials" and record.status == 200
        for record in sandbox.requests()
    )
