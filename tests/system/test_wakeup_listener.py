"""A broker is woken by its callers, any number of times; also inside Windows, by its own pipes."""

import uuid
from pathlib import Path
from threading import Thread

import pytest

from credential_process.system import locks
from testing.events import until


@pytest.fixture
def path(tmp_path: Path) -> str:
    """Return the path of a pipe, whose name is unique: on Windows all pipes are in one place."""
    return str(tmp_path / uuid.uuid4().hex)


def wakes(listener: locks.WakeupListener, path: str) -> bool:
    """Return whether rings end a wait; the first one may come before it has begun."""
    sleeper = Thread(target=listener.wait, daemon=True)
    sleeper.start()

    def is_woken() -> bool:
        locks.ring(path)
        sleeper.join(0.01)
        return not sleeper.is_alive()

    return until(is_woken, "it is woken")


def test_a_listener_is_woken_each_time(path: str) -> None:
    """Hundreds of callers ring the same broker."""
    listener = locks.WakeupListener(path)
    assert [wakes(listener, path) for _ in range(3)] == [True] * 3


def test_ringing_where_nothing_listens_does_not_wait(path: str) -> None:
    """A caller posts its want before there is a broker."""
    thread = Thread(target=locks.ring, args=(path,), daemon=True)
    thread.start()
    thread.join(180)
    assert not thread.is_alive()
