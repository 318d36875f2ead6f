"""The log file of the broker, which is rotated when it has grown."""

from __future__ import annotations

import logging
import os

log = logging.getLogger("credential_process")

_LARGEST_LOG = 256 * 1024


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


def close() -> None:
    """Close the file: not every system can remove an open one. Nothing can be logged any more."""
    while log.handlers:
        output = log.handlers[0]
        log.removeHandler(output)
        output.close()


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
        self.close()  # opened again by the next line
        os.replace(self.baseFilename, f"{self.baseFilename}.1")
