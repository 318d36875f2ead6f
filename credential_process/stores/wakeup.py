"""A pipe for each waiting caller, so that a hundred of them sleep until they are woken.

It only wakes: what a caller believes then is the mailbox. A pipe that cannot be made (some file systems have none), or
is not used because the broker was killed, costs a moment and no answer.
"""

import os
import select
import time

_WITHOUT_PIPE_SECONDS = 0.05


class WakeupPipe:
    """The caller's end: a named pipe, which `ring` wakes it through."""

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
