"""What wakes a caller: a pipe that ends, and nothing else that anybody would have to trust."""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread

import pytest

from credential_process.system import locks

LONG = 3600.0
DEADLINE_SECONDS = 180


@pytest.fixture
def wakeup(tmp_path: Path) -> Iterator[locks.WakeupPipe]:
    """Hang up a bell."""
    hung = locks.WakeupPipe(str(tmp_path / "bell"))
    yield hung
    hung.close()


def returns(call: Callable[..., object], *arguments: object) -> bool:
    """Call on a thread of its own; return whether the call ends, long before `LONG` is over."""
    thread = Thread(target=call, args=arguments, daemon=True)
    thread.start()
    thread.join(DEADLINE_SECONDS)
    return not thread.is_alive()


def seconds_of_sleep(wakeup: locks.WakeupPipe, seconds: float) -> float:
    """Sleep; return how long it was."""
    began = time.monotonic()
    wakeup.wait(seconds)
    return time.monotonic() - began


def test_whoever_sleeps_is_woken(wakeup: locks.WakeupPipe, tmp_path: Path) -> None:
    """Otherwise an answer would wait for the next look."""
    sleeper = Thread(target=wakeup.wait, args=(LONG,), daemon=True)
    sleeper.start()
    locks.ring(str(tmp_path / "bell"))
    sleeper.join(DEADLINE_SECONDS)
    assert not sleeper.is_alive()


def test_a_bell_that_rang_before_is_heard(wakeup: locks.WakeupPipe, tmp_path: Path) -> None:
    """The broker may answer between our look and our sleep."""
    locks.ring(str(tmp_path / "bell"))
    assert returns(wakeup.wait, LONG)


def test_it_rings_once(wakeup: locks.WakeupPipe, tmp_path: Path) -> None:
    """A pipe that has ended would never let its caller sleep again."""
    locks.ring(str(tmp_path / "bell"))
    wakeup.wait(LONG)
    assert seconds_of_sleep(wakeup, 0.01) >= 0.01


def test_nothing_is_left(wakeup: locks.WakeupPipe, tmp_path: Path) -> None:
    """A folder must not fill up with what callers have waited for."""
    wakeup.close()
    wakeup.close()
    assert list(tmp_path.iterdir()) == []


def test_without_pipes_a_caller_polls(tmp_path: Path) -> None:
    """Some file systems of containers have none."""
    silent = locks.WakeupPipe(str(tmp_path / "missing" / "bell"))
    assert seconds_of_sleep(silent, 0.01) >= 0.01
    assert returns(silent.wait, LONG)


def test_the_caller_may_be_gone(tmp_path: Path) -> None:
    """The broker must not wait for a caller that was killed: to open its pipe would block."""
    os.mkfifo(tmp_path / "left behind")
    assert returns(locks.ring, str(tmp_path / "left behind"))
