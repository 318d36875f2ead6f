"""The mailbox between callers and the broker of a session on this host: wants, failures, the open sign-in.

A **want** is a file that its caller keeps locked for as long as it lives. The broker answers it by writing
the role document, or a failure under the want's name, and unlinks the want last: "my want is gone" is the
only signal. A want whose lock can be had belongs to a dead caller, and is removed unserved.
"""

import fcntl
import os
import time

from credential_process import documents, errors

_LONGEST = 64 * 1024


class Want:
    """One caller's question: a name, and what it says (plain strings, see `ask`)."""

    __slots__ = ("descriptor", "fields", "name", "path")

    def __init__(self, path: str, fields: dict[str, str], descriptor: int = -1) -> None:
        self.path = path
        self.name = os.path.basename(path)
        self.fields = fields
        self.descriptor = descriptor


def open_box(host_folder: str) -> None:
    """Make the folders of a mailbox, and those above it; raises `OSError`."""
    for name in ("wants", "failures"):
        _make_folders(os.path.join(host_folder, name))


def _make_folders(path: str) -> None:
    # Not `os.makedirs`, whose mode is for the last folder only.
    try:
        os.mkdir(path, 0o700)
    except FileExistsError:
        pass
    except FileNotFoundError:
        _make_folders(os.path.dirname(path))
        _make_folders(path)


def post(host_folder: str, fields: dict[str, str]) -> Want:
    """Put a want into the box, locked until this process ends or withdraws it; raises `OSError`."""
    name = os.urandom(16).hex()
    path = os.path.join(host_folder, "wants", name)
    unborn = os.path.join(host_folder, "wants", f".{name}")
    descriptor = os.open(unborn, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        os.write(descriptor, to_line(fields).encode())
        os.rename(unborn, path)
    except BaseException:
        os.close(descriptor)
        os.unlink(unborn)
        raise
    return Want(path, fields, descriptor)


def is_answered(want: Want) -> bool:
    """Tell whether a want has gone from the box."""
    return not os.path.lexists(want.path)


def withdraw(want: Want) -> None:
    """Take our own want back, answered or not."""
    try:
        os.unlink(want.path)
    except OSError:
        pass
    os.close(want.descriptor)


def failure_of(host_folder: str, want: Want) -> errors.CredentialProcessError | None:
    """Take the failure that answers a want, if there is one."""
    fields = take_line(os.path.join(host_folder, "failures", want.name))
    if fields is None:
        return None
    try:
        exit_code = int(fields["exit"])
    except (KeyError, ValueError):
        return None
    return errors.from_exit_code(exit_code, fields.get("message", ""), fields.get("hint", ""))


def names(host_folder: str) -> set[str]:
    """List the wants in the box by name."""
    folder = os.path.join(host_folder, "wants")
    found = set()
    for name in os.listdir(folder):
        if name.startswith("."):
            _sweep_unborn(os.path.join(folder, name))
        else:
            found.add(name)
    return found


def read(host_folder: str, name: str) -> Want | None:
    """Read a want; one of a dead caller, and what is no want, is removed and None."""
    path = os.path.join(host_folder, "wants", name)
    fields = None if is_dead(path) else read_line(path)
    if fields is None:
        remove(path)
        return None
    return Want(path, fields)


def _sweep_unborn(path: str) -> None:
    """Remove a want whose caller died before it was posted; one that is being written is not locked yet."""
    try:
        old = os.stat(path).st_mtime < time.time() - 60
    except OSError:
        return
    if old and is_dead(path):
        remove(path)


def is_dead(path: str) -> bool:
    """Tell whether the caller behind a want has died: nobody holds its lock."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return True


def fail(host_folder: str, want: Want, error: errors.CredentialProcessError) -> None:
    """Answer a want with a failure."""
    fields = {"exit": str(error.exit_code), "message": error.message, "hint": error.hint}
    try:
        write_line(os.path.join(host_folder, "failures", want.name), fields)
    finally:
        remove(want.path)


def remove(path: str) -> None:
    """Remove a file of the mailbox if it is there."""
    try:
        os.unlink(path)
    except OSError:
        pass


def to_line(fields: dict[str, str]) -> str:
    """Write fields as one line of percent-escaped ``key=value`` words."""
    return " ".join(f"{key}={documents.escape(value)}" for key, value in fields.items()) + "\n"


def from_line(line: str) -> dict[str, str]:
    """Undo `to_line`; raises `ValueError` for anything that is not a whole line of fields."""
    if not line.endswith("\n"):
        raise ValueError
    words = (word.partition("=") for word in line.split())
    return {key: documents.unescape(value) for key, _, value in words}


def read_line(path: str) -> dict[str, str] | None:
    """Read a file of fields; a missing, foreign or damaged one is None."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            return from_line(os.read(descriptor, _LONGEST).decode("ascii"))
        finally:
            os.close(descriptor)
    except (OSError, ValueError):
        return None


def take_line(path: str) -> dict[str, str] | None:
    """Read a file of fields and remove it."""
    fields = read_line(path)
    remove(path)
    return fields


def write_line(path: str, fields: dict[str, str]) -> None:
    """Replace a file of fields; raises `OSError`."""
    from credential_process import files  # written by the broker, or when a broker could not start

    files.replace(path, to_line(fields))
