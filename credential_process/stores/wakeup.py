"""A bell for each waiting caller, so that a hundred of them sleep until there is an answer.

It only wakes: what a caller then believes is the mailbox. A bell that cannot be hung (a file system without
pipes) or is never rung (the broker was killed in between) costs a moment, not the answer.
"""

import os
import select
import time

_WITHOUT_BELL_SECONDS = 0.05


class WakeupPipe:
    """A caller's end: a pipe with a name, which ends when somebody has rung."""

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
        """Sleep until it rings, at most for these seconds."""
        if self._descriptor < 0:
            time.sleep(min(seconds, _WITHOUT_BELL_SECONDS))
            return
        sleep = select.poll()  # not `select`, which knows no descriptor above 1023
        sleep.register(self._descriptor, select.POLLIN)
        if sleep.poll(seconds * 1000):
            self.close()  # it would ring for ever

    def close(self) -> None:
        """Take it away, rung or not."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
        try:
            os.unlink(self._path)
        except OSError:
            pass  # swept away with its folder, or never there


def ring(path: str) -> None:
    """Wake whoever waits for it, if anybody does."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return
    os.close(descriptor)  # to have been opened is enough: a pipe without writers has ended
