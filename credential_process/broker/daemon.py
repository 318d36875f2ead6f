"""Make the broker a process of its own: it keeps nothing of its caller, and writes to a log."""

from __future__ import annotations

import contextlib
import logging
import os
import resource

from credential_process.client import launcher

log = logging.getLogger("credential_process")

_LARGEST_LOG = 256 * 1024
# A core pattern with a pipe ignores a limit of 0; with 1 the kernel passes the core to no program either (core(5)).
_NO_CORE_BYTES = 1
# The log, the lock, a listener with a connection, the mailbox while it is read.
_OWN_DESCRIPTORS = 12
_WORKER_DESCRIPTORS = 3  # a connection, a lock, and the file that is written


def detach() -> None:
    """Drop everything that is inherited from the caller: its folder, its descriptors, its limits."""
    os.chdir("/")
    os.umask(0o077)
    os.closerange(launcher.START_LOCK_DESCRIPTOR + 1, os.sysconf("SC_OPEN_MAX"))
    _, most = resource.getrlimit(resource.RLIMIT_CORE)
    least = 0 if most == 0 else _NO_CORE_BYTES
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (least, least))
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def workers_at_once(wanted: int) -> int:
    """Return how many of the `wanted` workers there are enough file descriptors for, at least one."""
    room, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if room == resource.RLIM_INFINITY:
        return wanted
    return max(1, min(wanted, (room - _OWN_DESCRIPTORS) // _WORKER_DESCRIPTORS))


class _Log(logging.FileHandler):
    """A log that is moved to ``PATH.1`` when it has grown, in place of the one there."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line, and start a new file if this one has become too large."""
        super().emit(record)
        try:
            if os.path.getsize(self.baseFilename) > _LARGEST_LOG:
                self.turn_over()
        except OSError:
            self.handleError(record)

    def turn_over(self) -> None:
        """Start a new file; raises `OSError` and keeps this one if that fails."""
        os.replace(self.baseFilename, f"{self.baseFilename}.1")
        self.close()  # opened again by the next line


def log_to(path: str) -> None:
    """Write the log to a file, and keep the previous one beside it; raises `OSError`."""
    output = _Log(path, encoding="utf-8")
    output.setFormatter(logging.Formatter("%(asctime)s %(process)d %(levelname)s %(message)s"))
    log.addHandler(output)
    log.setLevel(logging.INFO)
    # What libraries print may contain secrets.
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 2)
    os.close(null)
