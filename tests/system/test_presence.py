"""Signs of life and locks: what a broker concludes from them, and what killed or failing processes leave."""

import fcntl
import os
import subprocess
import sys
from pathlib import Path
from threading import Event, Thread

import pytest

from credential_process.system import locks
from credential_process.system.retries import patiently
from testing import windows
from testing.events import until

SHOW = """
import sys
from credential_process.system import locks
folder = sys.argv[1]
shown = locks.Presence(folder + "/want", b"x", draft=folder + "/.want", wakeup=folder + "/bell")
print("shown", flush=True)
sys.stdin.read()
"""
HOLD = """
import sys
from credential_process.system import locks
lock = locks.take(sys.argv[1], timeout_seconds=0)
print("held", flush=True)
sys.stdin.read()
"""
ABANDONED = """
from credential_process.system import locks
pipe_error = {error}
print(locks.is_abandoned(folder + "/want", folder + "/bell"))
"""
LOOK = """
from credential_process.system import locks
opens_left = 3
print(locks.is_held(folder + "/lock", may_create=True), opens_left)
"""
POST = """
from credential_process.system import locks
refusals_left = {refusals}
try:
    locks.Presence(folder + "/want", b"x", draft=folder + "/.want", wakeup=folder + "/bell")
except OSError:
    pass
print(*calls)
"""


def started(program: str, *arguments: object) -> "subprocess.Popen[str]":
    """Start a program that prints a line once it is ready; return then."""
    process = subprocess.Popen(
        [sys.executable, "-c", program, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() != ""
    return process


def is_abandoned(folder: Path) -> bool:
    """Return whether the process that showed its presence in a folder is gone."""
    return locks.is_abandoned(str(folder / "want"), str(folder / "bell"))


def test_a_want_is_abandoned_once_its_process_is_killed(tmp_path: Path) -> None:
    """Otherwise a broker would ask a user to sign in for dead callers."""
    with started(SHOW, tmp_path) as process:
        assert not is_abandoned(tmp_path)
        process.kill()
        process.wait()
        assert is_abandoned(tmp_path)


def test_a_presence_that_cannot_be_shown_leaves_nothing(tmp_path: Path) -> None:
    """Otherwise files would pile up where a disk is full or the want cannot be stored."""
    with pytest.raises(FileNotFoundError):
        locks.Presence(
            str(tmp_path / "missing" / "want"),
            b"x",
            draft=str(tmp_path / ".want"),
            wakeup=str(tmp_path / "bell"),
        )
    assert list(tmp_path.iterdir()) == []


def test_a_lock_is_taken_once_a_probe_lets_it_go(tmp_path: Path) -> None:
    """A caller that checks whether a broker is alive must not keep the next broker from starting."""
    path = tmp_path / "lock"
    with path.open("a") as probe:
        fcntl.flock(probe, fcntl.LOCK_SH)
        tried, taken = Event(), []

        def take() -> None:
            tried.set()
            taken.append(locks.take(str(path), timeout_seconds=3600))

        taker = Thread(target=take, daemon=True)
        taker.start()
        tried.wait()
        assert taken == []
    until(lambda: taken, "the lock is taken")
    assert locks.is_held(str(path), may_create=False)
    locks.release(taken[0])
    assert not locks.is_held(str(path), may_create=False)


def test_a_lock_that_another_process_holds_is_refused_in_time(tmp_path: Path) -> None:
    """Two brokers would ask a user twice."""
    with started(HOLD, tmp_path / "lock") as process:
        with pytest.raises(BlockingIOError):
            locks.take(str(tmp_path / "lock"), timeout_seconds=0.01)
        process.kill()
        process.wait()
        os.close(locks.take(str(tmp_path / "lock"), timeout_seconds=0))


@pytest.mark.parametrize(
    ("error", "is_gone"),
    [
        ("FileNotFoundError()", True),
        ("PermissionError()", False),
        ("OSError('the semaphore timeout period has expired')", False),
    ],
)
def test_on_windows_only_a_missing_pipe_means_death(
    tmp_path: Path, error: str, *, is_gone: bool
) -> None:
    """A caller that was woken is busy with its answer, and the pipe of another user may not be opened."""
    assert windows.run(ABANDONED.format(error=error), tmp_path) == [str(is_gone)]


def test_on_windows_the_pipe_is_there_before_the_want(tmp_path: Path) -> None:
    """Otherwise a broker would take a living caller for a dead one, and remove its want."""
    assert windows.run(POST.format(refusals=2), tmp_path) == ["pipe move"]
    assert (tmp_path / "want").read_bytes() == b"x"
    assert not (tmp_path / ".want").exists()


def test_on_windows_a_want_that_cannot_be_posted_leaves_nothing(tmp_path: Path) -> None:
    """As on any other system."""
    (tmp_path / "want").write_text("in the way")
    assert windows.run(POST.format(refusals=0), tmp_path) == ["pipe move"]
    assert [path.name for path in tmp_path.iterdir()] == ["want"]


def test_opening_a_lock_file_is_retried(tmp_path: Path) -> None:
    """A virus scanner has it open, and the caller would fail as if it had no permission."""
    (tmp_path / "lock").touch()
    assert windows.run(LOOK, tmp_path) == ["False 0"]


def test_retries_end() -> None:
    """A file that can never be written must not block a broker."""
    tried = []

    def refuse() -> None:
        tried.append(1)
        raise PermissionError

    with pytest.raises(PermissionError):
        patiently(refuse, 0)
    assert len(tried) == 1
