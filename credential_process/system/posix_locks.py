"""Locks by flock(2), which the kernel releases when a process ends; and a pipe that wakes a caller.

A locked file is a sign of life: no process id, heartbeat or clock decides whether a process is alive.
"""

import _thread
import fcntl
import os
import select
import sys
import time

from credential_process.system import flags

assert sys.platform != "win32"

_WITHOUT_PIPE_SECONDS = 0.05

# A child that a host program forks meanwhile would hold these locks for as long as it runs. (`threading` has the
# same lock, but takes 2 ms to import; `_thread` is part of the interpreter.)
_not_forking = _thread.RLock()
os.register_at_fork(
    before=_not_forking.acquire,
    after_in_parent=_not_forking.release,
    after_in_child=_not_forking.release,
)


def call_while_held(path: str, call: "Callable[[int], None]") -> None:
    """Hold a lock file during a call, which gets the lock; no fork is possible meanwhile.

    A program that `processes.start` passes the lock to keeps it. Raises `BlockingIOError` if another process holds
    it, or `OSError` if the file cannot be made.
    """
    with _not_forking:
        lock = _try_to_take(path)
        try:
            call(lock)
        finally:
            release(lock)


def take(path: str, *, timeout_seconds: float) -> int:
    """Return the lock on a file, which this process holds until it ends or releases it.

    It is tried again for a while, because a process that checks whether it is held holds it for a moment. Raises
    `BlockingIOError` if another process still holds it then, or `OSError`.
    """
    from credential_process.system.retries import patiently  # no caller of `get` takes a lock

    return patiently(lambda: _try_to_take(path), timeout_seconds, BlockingIOError)


def release(lock: int) -> None:
    """Release a lock."""
    os.close(lock)


def release_and_remove(lock: int, path: str) -> None:
    """Release a lock, and remove its file, which comes first: nothing that another process holds is removed."""
    try:
        os.unlink(path)
    except OSError:
        pass  # it stays, and can be taken again
    finally:
        os.close(lock)


def is_of(lock: int, path: str) -> bool:
    """Return whether a lock is that of the file at a path, which may have been deleted and made again since."""
    try:
        return os.path.samestat(os.fstat(lock), os.stat(path))
    except OSError:
        return False


def _try_to_take(path: str) -> int:
    descriptor = os.open(path, flags.READ_AND_WRITE | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def is_held(path: str, *, may_create: bool) -> bool:
    """Return whether a process holds a lock file; raises `OSError` if the file cannot be opened."""
    how = flags.READ_AND_WRITE | os.O_CREAT if may_create else flags.READ
    with _not_forking:
        descriptor = os.open(path, how, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(descriptor)
    return False


class Presence:
    """A file that shows that this process is alive, and is waiting; `ring` wakes it through its pipe.

    The file is locked before it has its name. Raises `OSError`, and leaves nothing then.
    """

    __slots__ = ("_descriptor", "_pipe")

    def __init__(self, path: str, content: bytes, *, draft: str, wakeup: str) -> None:
        self._descriptor = os.open(draft, flags.NEW, 0o600)
        self._pipe = WakeupPipe(wakeup)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX)
            os.write(self._descriptor, content)
            os.rename(draft, path)
        except BaseException:
            self.end()
            os.unlink(draft)
            raise

    def wait(self, seconds: float) -> None:
        """Sleep until another process rings, but no longer than these seconds."""
        self._pipe.wait(seconds)

    def end(self) -> None:
        """Stop showing it; the file is left to be removed."""
        self._pipe.close()
        os.close(self._descriptor)


def is_abandoned(path: str, wakeup: str) -> bool:  # noqa: ARG001  Windows looks for the pipe instead
    """Return whether the process of a `Presence` has died; False for a file that cannot be opened."""
    try:
        descriptor = os.open(path, flags.READ_AND_WRITE | os.O_NOFOLLOW)
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
            self._descriptor = os.open(path, flags.READ)
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


class WakeupListener:
    """A named pipe through which `ring` wakes this process, any number of times.

    Raises `OSError` where there can be none.
    """

    __slots__ = ("_path", "_pipe")

    def __init__(self, path: str) -> None:
        self._path = path
        self._pipe = -1
        try:
            os.unlink(path)  # of a process that was killed
        except FileNotFoundError:
            pass
        os.mkfifo(path, 0o600)

    def wait(self) -> None:
        """Sleep until another process rings, and the next time until it has; raises `OSError` when the pipe is gone.

        What rings while another does is noticed only when both have.
        """
        # Waiting for a writer is all: what rings writes nothing, so that no signal of a broken pipe can end it.
        if self._pipe < 0:
            self._pipe = os.open(self._path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
            return
        # The end of the file: no writer is left. To open it again before would succeed at once, a hundred times.
        pipe, self._pipe = self._pipe, -1
        try:
            os.read(pipe, 1)
        finally:
            os.close(pipe)


def ring(path: str) -> None:
    """Wake the process that waits at this pipe, if there is one."""
    try:
        descriptor = os.open(path, flags.WRITE | os.O_NOFOLLOW)
    except OSError:
        return
    os.close(descriptor)  # opening it is enough: the other process sees that there was a writer


TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
