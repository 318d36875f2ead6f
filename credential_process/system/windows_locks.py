"""Locks by files that share nothing, which the system frees when a process ends; and pipes that wake a caller.

A lock is the open file itself, not a locked part of it (LockFileEx), because a child process does not inherit the
latter. A named pipe is a sign of life: the system removes it with its process.
"""

import _winapi
import os
import sys
import time

from credential_process.system import flags
from credential_process.system.retries import patiently

assert sys.platform == "win32"

_SHARE_NOTHING, _SHARE_ALL = 0, 7
_OPEN_EXISTING, _OPEN_ALWAYS = 3, 4
_SHARING_VIOLATION = 32
_INBOUND, _OVERLAPPED, _FIRST_INSTANCE, _NO_REMOTE_CLIENTS = 0x1, 0x40000000, 0x80000, 0x8
_GENERIC_READ, _GENERIC_WRITE = 0x80000000, 0x40000000
_ANONYMOUS = 0x100000  # SECURITY_SQOS_PRESENT | SECURITY_ANONYMOUS
_RUNG_PAUSE_SECONDS = 0.05
# ERROR_PIPE_CONNECTED and ERROR_NO_DATA: another process has opened the pipe, and perhaps closed it, before.
_RUNG_ALREADY = (535, 232)
_REFUSED_SECONDS = 0.1


def call_while_held(path: str, call: "Callable[[int], None]") -> None:
    """Hold a lock file during a call, which gets the lock.

    A program that `processes.start` passes the lock to keeps it. Raises `BlockingIOError` if another process holds
    it, or `OSError` if the file cannot be made.
    """
    lock = _try_to_take(path)
    try:
        call(lock)
    finally:
        _winapi.CloseHandle(lock)


def take(path: str, *, timeout_seconds: float) -> int:
    """Return the lock on a file, which this process holds until it ends or releases it.

    It is tried again for a while, because a process that checks whether it is held has it open for a moment. Raises
    `BlockingIOError` if another process still holds it then, or `OSError`.
    """
    return patiently(lambda: _try_to_take(path), timeout_seconds, BlockingIOError)


def release(lock: int) -> None:
    """Release a lock."""
    _winapi.CloseHandle(lock)


def release_and_remove(lock: int, path: str) -> None:
    """Release a lock, and remove its file, unless another process has taken it: no open file can be removed."""
    _winapi.CloseHandle(lock)
    try:
        os.unlink(path)
    except OSError:
        pass


def is_of(lock: int, path: str) -> bool:  # noqa: ARG001  on POSIX it may not be
    """Return whether a lock is that of the file at a path: always, since no file that shares nothing can be deleted."""
    return True


def _try_to_take(path: str) -> int:
    return _open(path, _GENERIC_READ | _GENERIC_WRITE, _SHARE_NOTHING, _OPEN_ALWAYS)


def is_held(path: str, *, may_create: bool) -> bool:
    """Return whether a process holds a lock file; raises `OSError` if the file cannot be opened."""
    how = _OPEN_ALWAYS if may_create else _OPEN_EXISTING
    try:
        _winapi.CloseHandle(_open(path, _GENERIC_READ, _SHARE_ALL, how))
    except BlockingIOError:
        return True
    return False


def _open(path: str, access: int, share: int, how: int) -> int:
    """Open a lock file, and retry for a moment while that is refused, as for a file that is being deleted."""

    def open_once() -> int:
        try:
            return _winapi.CreateFile(path, access, share, _winapi.NULL, how, 0, _winapi.NULL)
        except OSError as error:
            if error.winerror == _SHARING_VIOLATION:
                raise BlockingIOError(error.errno, error.strerror, path) from None
            error.filename = path
            raise

    return patiently(open_once, _REFUSED_SECONDS)


class Presence:
    """A file with a pipe that shows that this process is alive, and is waiting; `ring` wakes it through the pipe.

    The pipe is there before the file has its name. The file is closed once it is written, so that it can be removed.
    Raises `OSError`, and leaves nothing then.
    """

    __slots__ = ("_is_rung", "_pipe", "_ring")

    def __init__(self, path: str, content: bytes, *, draft: str, wakeup: str) -> None:
        self._pipe = _winapi.CreateNamedPipe(
            _pipe_name(wakeup),
            _INBOUND | _OVERLAPPED | _FIRST_INSTANCE,
            _NO_REMOTE_CLIENTS,
            *(1, 0, 0, 0, _winapi.NULL),
        )
        self._ring = _winapi.ConnectNamedPipe(self._pipe, overlapped=True)
        self._is_rung = False
        try:
            descriptor = os.open(draft, flags.NEW, 0o600)
            try:
                os.write(descriptor, content)
            finally:
                os.close(descriptor)
            patiently(lambda: os.rename(draft, path))
        except BaseException:
            self.end()
            try:
                os.unlink(draft)
            except OSError:
                pass  # never made, or swept later
            raise

    def wait(self, seconds: float) -> None:
        """Sleep until another process rings, but no longer than these seconds; it can ring once."""
        if self._is_rung or seconds <= 0:
            time.sleep(max(0, min(seconds, _RUNG_PAUSE_SECONDS)))
            return
        waited = _winapi.WaitForSingleObject(self._ring.event, max(1, int(seconds * 1000)))
        self._is_rung = waited == _winapi.WAIT_OBJECT_0

    def end(self) -> None:
        """Stop showing it; the file is left to be removed."""
        if not self._is_rung:
            self._ring.cancel()
            self._ring.GetOverlappedResult(True)  # noqa: FBT003  the system may write to it until then
        _winapi.CloseHandle(self._pipe)


class WakeupListener:
    """A named pipe through which `ring` wakes this process, any number of times.

    Raises `OSError` where there can be none.
    """

    __slots__ = ("_name", "_pipe")

    def __init__(self, path: str) -> None:
        self._name = _pipe_name(path)
        self._pipe = self._create()

    def wait(self) -> None:
        """Sleep until another process rings; raises `OSError` when there can be no pipe any more."""
        try:
            _winapi.ConnectNamedPipe(self._pipe)
        except OSError as error:
            if error.winerror not in _RUNG_ALREADY:
                raise
        # A pipe is rung once: Python has no call that would make it ready again.
        _winapi.CloseHandle(self._pipe)
        self._pipe = patiently(self._create, _REFUSED_SECONDS)

    def _create(self) -> int:
        return _winapi.CreateNamedPipe(
            self._name,
            _INBOUND | _FIRST_INSTANCE,
            _NO_REMOTE_CLIENTS,
            *(1, 0, 0, 0, _winapi.NULL),
        )


def _pipe_name(wakeup: str) -> str:
    return rf"\\.\pipe\sso-credential-process-{os.path.basename(wakeup)}"


def is_abandoned(path: str, wakeup: str) -> bool:  # noqa: ARG001  POSIX looks for a lock instead
    """Return whether the process of a `Presence` has died; False if that is unknown.

    Another user of this computer who makes a pipe of that name after its death keeps its want in the mailbox. The cost
    is a broker that does not end, but no secret: the answer is a file of this user.
    """
    try:
        # This checks for the pipe without ringing. A caller that was woken is busy, which is a time-out.
        _winapi.WaitNamedPipe(_pipe_name(wakeup), 1)
    except FileNotFoundError:
        return True
    except OSError:
        pass
    return False


def ring(path: str) -> None:
    """Wake the process that waits at this pipe, if there is one."""
    try:
        pipe = _winapi.CreateFile(
            _pipe_name(path),
            _GENERIC_WRITE,
            # A program that has made a pipe of this name must not act as this user.
            *(0, _winapi.NULL, _OPEN_EXISTING, _ANONYMOUS, _winapi.NULL),
        )
    except OSError:
        return
    _winapi.CloseHandle(pipe)  # opening it is enough


TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
