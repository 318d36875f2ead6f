"""The log file of the broker, which is rotated when it has grown.

Not `logging`: with what it imports, it would take a tenth of the time to start a broker.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time

from credential_process.system import flags

_LARGEST_LOG = 256 * 1024


class Log:
    """Writes lines to a file, for all threads; until it is opened, to none. `has_debug` is whether it is verbose.

    Arguments of a message replace the ``%s`` in it.
    """

    def __init__(self) -> None:
        self.has_debug = False
        self._path = ""
        self._descriptor = -1
        self._writing = threading.Lock()

    def open(self, path: str) -> None:
        """Append to the file at `path` from now on; raises `OSError`."""
        self._path = path
        self._descriptor = os.open(path, flags.APPEND_OR_CREATE, 0o600)

    def close(self) -> None:
        """Write nothing any more, and close the file: not every system can remove an open one."""
        with self._writing:
            self._path = ""
            if self._descriptor >= 0:
                os.close(self._descriptor)
            self._descriptor = -1

    def debug(self, message: str, *arguments: object) -> None:
        """Write what helps to find a defect, if the log is verbose."""
        if self.has_debug:
            self._write("DEBUG", message, arguments)

    def info(self, message: str, *arguments: object) -> None:
        """Write what the broker does."""
        self._write("INFO", message, arguments)

    def warning(self, message: str, *arguments: object) -> None:
        """Write what the broker could not do, but can do without."""
        self._write("WARNING", message, arguments)

    def error(self, message: str, *arguments: object) -> None:
        """Write why the broker ends."""
        self._write("ERROR", message, arguments)

    def _write(self, level: str, message: str, arguments: tuple[object, ...]) -> None:
        now = time.time()
        moment = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(now))
        line = f"{moment},{int(now % 1 * 1000):03d} {os.getpid()} {level} {message % arguments}\n"
        # A full disk must not end the broker.
        with self._writing, contextlib.suppress(OSError):
            if self._descriptor < 0:
                if not self._path:
                    return
                self.open(self._path)
            os.write(self._descriptor, line.encode("utf-8", "backslashreplace"))
            if os.fstat(self._descriptor).st_size > _LARGEST_LOG:
                self._turn_over()

    def _turn_over(self) -> None:
        """Move the log to ``PATH.1``, in place of the one there; the next line begins another."""
        os.close(self._descriptor)  # not every system can move an open file
        self._descriptor = -1
        os.replace(self._path, f"{self._path}.1")


log = Log()


def log_to(path: str) -> None:
    """Write the log to a file, and keep the previous one beside it; raises `OSError`."""
    log.open(path)
    # What libraries print may contain secrets.
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 2)
    os.close(null)
