"""A waiting caller is woken through its pipe, and finds its answer without one."""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread

import pytest

from credential_process.system import locks
from testing.events import until

LONG = 3600.0
DEADLINE_SECONDS = 180


@pytest.fixture
def wakeup(tmp_path: Path) -> Iterator[locks.WakeupPipe]:
    """Make the pipe of a caller."""
    pipe = locks.WakeupPipe(str(tmp_path / "pipe"))
    yield pipe
    pipe.close()


def returns(call: Callable[..., object], *arguments: object) -> bool:
    """Return whether a call, on its own thread, ends long before `LONG` is over."""
    thread = Thread(target=call, args=arguments, daemon=True)
    thread.start()
    thread.join(DEADLINE_SECONDS)
    return not thread.is_alive()


def seconds_of_sleep(wakeup: locks.WakeupPipe, seconds: float) -> float:
    """Return how long a wait lasted: on any machine at least as long as asked, unless it was woken."""
    began = time.monotonic()
    wakeup.wait(seconds)
    return time.monotonic() - began


def test_a_waiting_caller_is_woken(wakeup: locks.WakeupPipe, tmp_path: Path) -> None:
    """Otherwise it would only find its answer when it polls."""
    sleeper = Thread(target=wakeup.wait, args=(LONG,), daemon=True)
    sleeper.start()
    locks.ring(str(tmp_path / "pipe"))
    sleeper.join(DEADLINE_SECONDS)
    assert not sleeper.is_alive()


def test_a_ring_before_the_wait_ends_it(wakeup: locks.WakeupPipe, tmp_path: Path) -> None:
    """The broker may answer between the poll of a caller and its wait."""
    locks.ring(str(tmp_path / "pipe"))
    assert returns(wakeup.wait, LONG)


def test_a_ring_ends_one_wait(wakeup: locks.WakeupPipe, tmp_path: Path) -> None:
    """Otherwise a pipe whose last writer is gone would end each further wait at once."""
    locks.ring(str(tmp_path / "pipe"))
    wakeup.wait(LONG)
    assert seconds_of_sleep(wakeup, 0.05) >= 0.05


def test_a_closed_pipe_is_removed(wakeup: locks.WakeupPipe, tmp_path: Path) -> None:
    """Otherwise the folder would fill up."""
    wakeup.close()
    wakeup.close()
    assert list(tmp_path.iterdir()) == []


def test_without_pipes_a_caller_polls(tmp_path: Path) -> None:
    """Some file systems of containers do not support them."""
    silent = locks.WakeupPipe(str(tmp_path / "missing" / "pipe"))
    assert seconds_of_sleep(silent, 0.05) >= 0.05
    assert returns(silent.wait, LONG)


def test_ringing_a_dead_caller_does_not_wait(tmp_path: Path) -> None:
    """Opening the pipe of a killed caller would block the broker."""
    os.mkfifo(tmp_path / "left behind")
    assert returns(locks.ring, str(tmp_path / "left behind"))


def _has_woken(sleeper: Thread, pipe: Path) -> bool:
    locks.ring(str(pipe))  # again, until it listens
    sleeper.join(0.01)
    return not sleeper.is_alive()


def test_a_listener_takes_the_place_of_one_that_was_killed(tmp_path: Path) -> None:
    """Its pipe is left in the folder, which the next broker uses."""
    os.mkfifo(tmp_path / "pipe")
    listener = locks.WakeupListener(str(tmp_path / "pipe"))
    sleeper = Thread(target=listener.wait, daemon=True)
    sleeper.start()
    until(lambda: _has_woken(sleeper, tmp_path / "pipe"), "it is woken")


def test_a_slow_ring_wakes_a_listener_once_and_at_its_end(tmp_path: Path) -> None:
    """A caller that is interrupted while it rings would make a broker spin, and slow itself down."""
    listener = locks.WakeupListener(str(tmp_path / "pipe"))
    happened: list[str] = []

    def listen() -> None:
        for _ in range(2):
            listener.wait()
            happened.append("woken")

    sleeper = Thread(target=listen, daemon=True)
    sleeper.start()
    with (tmp_path / "pipe").open("wb"):
        until(lambda: happened, "it is woken")
        sleeper.join(0.1)
        happened.append("rung")
    sleeper.join(DEADLINE_SECONDS)
    assert happened == ["woken", "rung", "woken"]


def test_a_listener_whose_pipe_is_gone_says_so(tmp_path: Path) -> None:
    """The broker looks into the mailbox all the time then."""
    listener = locks.WakeupListener(str(tmp_path / "pipe"))
    (tmp_path / "pipe").unlink()
    with pytest.raises(FileNotFoundError):
        listener.wait()


def test_there_is_no_listener_without_pipes(tmp_path: Path) -> None:
    """Some file systems of containers have none; nor is there one without its folder."""
    with pytest.raises(OSError, match="No such file"):
        locks.WakeupListener(str(tmp_path / "missing" / "pipe"))
