"""Files of fields: one line of percent-escaped ``key=value`` words each.

`status --short` loads it, so it imports no library, and nothing of `system`.
"""

import os
import stat

from credential_process import documents

_LONGEST = 64 * 1024


def read(path: str) -> dict[str, str] | None:
    """Return the fields of a file; None if it is missing, damaged, a link or not a regular file."""
    try:
        descriptor = os.open(path, documents.READ_NO_LINK)
        try:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                return None
            return from_line(os.read(descriptor, _LONGEST).decode("ascii"))
        finally:
            os.close(descriptor)
    except (OSError, ValueError):
        return None


def write(path: str, fields: dict[str, str], *, durable: bool = False) -> None:
    """Replace a file of fields; raises `OSError`.

    The file is only useful while the processes that it is for are running, so the broker's own thread does not wait for
    the disk, which can take many seconds while other programs write. After a crash of the machine the file may be
    damaged, which `read` detects; a `durable` one is on the disk.
    """
    from credential_process import files  # callers of `get` only read such files

    files.replace(path, to_line(fields), durable=durable)


def to_line(fields: dict[str, str]) -> str:
    """Return fields as one line of percent-escaped ``key=value`` words."""
    return " ".join(f"{key}={documents.escape(value)}" for key, value in fields.items()) + "\n"


def from_line(line: str) -> dict[str, str]:
    """Return the fields of a line; raises `ValueError` for anything that is not a whole line of fields."""
    if not line.endswith("\n"):
        raise ValueError
    words = (word.partition("=") for word in line.split())
    fields = {key: documents.unescape(value) for key, _, value in words}
    if "\0" in "".join(fields.values()):
        raise ValueError  # cannot be part of a variable, an argument or a path
    return fields
