"""Locks by flock(2), which the kernel releases when a process ends; and a pipe that wakes a caller.

A locked file is a sign of life: no process id, heartbeat or clock decides whether a process is alive.
"""

import _thread
import fcntl
import os
import select
import time

_WITHOUT_PIPE_SECONDS = 0.05

# A child that a host program forks meanwhile would hold these locks for as long as it lives. (`threading` has the
# same lock, but takes 2 ms to import; `_thread` is part of the interpreter.)
_not_forking = _thread.RLock()
os.register_at_fork(
    before=_not_forking.acquire,
    after_in_parent=_not_forking.release,
    after_in_child=_not_forking.release,
)


def call_while_held(path: str, call: "Callable[[int], int]") -> int:
    """Hold a lock file during a call, which gets its descriptor, and return the result; this process cannot fork then.

    A child process that the call gives the descriptor to keeps the lock. Raises `BlockingIOError` where another process
    holds it, or `OSError` where the file cannot be made.
    """
    with _not_forking:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return call(descriptor)
        finally:
            os.close(descriptor)


def is_held(path: str, *, may_create: bool) -> bool:
    """Return whether a process holds a lock file; raises `OSError` if the file cannot be opened."""
    flags = os.O_RDWR | os.O_CREAT if may_create else os.O_RDONLY | os.O_NONBLOCK
    with _not_forking:
        descriptor = os.open(path, flags | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(descriptor)
    return False


def hold(descriptor: int) -> None:
    """Lock an open file for as long as it is open: the sign of life of the process that made it."""
    fcntl.flock(descriptor, fcntl.LOCK_EX)


def is_abandoned(path: str) -> bool:
    """Return whether the process that locked a file with `hold` has died; False for a file that cannot be opened."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return True


class WakeupPipe:
    """A named pipe through which `ring` wakes a waiting caller, so that a hundred callers need not poll.

    It only wakes: the answer is in the mailbox. If the pipe cannot be created (some file systems have none), or is not
    used because the broker was killed, the answer is merely found a moment later.
    """

    __slots__ = ("_descriptor", "_path")

    def __init__(self, path: str) -> None:
        self._path = path
        self._descriptor = -1
        try:
            os.mkfifo(path, 0o600)
            self._descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError:
            pass

    def wait(self, seconds: float) -> None:
        """Sleep until the broker rings, but no longer than these seconds."""
        if self._descriptor < 0:
            time.sleep(min(seconds, _WITHOUT_PIPE_SECONDS))
            return
        sleep = select.poll()  # not `select`, which cannot handle descriptors above 1023
        sleep.register(self._descriptor, select.POLLIN)
        if sleep.poll(seconds * 1000):
            self.close()  # or it would wake the caller again at once

    def close(self) -> None:
        """Remove the pipe."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
        try:
            os.unlink(self._path)
        except OSError:
            pass  # removed with its folder, or never made


def ring(path: str) -> None:
    """Wake the caller that waits at this pipe, if there is one."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return
    os.close(descriptor)  # opening it is enough: the caller sees that the last writer is gone


TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
