"""The broker's end of the mailbox: read wants, find those of dead callers, answer."""

from __future__ import annotations

import fcntl
import os
from typing import TYPE_CHECKING

from credential_process import files
from credential_process.stores import mailbox, wakeup
from credential_process.stores.want import Want

if TYPE_CHECKING:
    from credential_process.errors import CredentialProcessError


def names(host_folder: str) -> set[str]:
    """List the wants in the box by name."""
    folder = os.path.join(host_folder, "wants")
    # By the clock of the file system, which has dated the wants, too: ours may be another machine's.
    now = os.stat(folder).st_mtime
    found = set()
    for name in os.listdir(folder):
        if name.startswith("."):
            _sweep_unborn(os.path.join(folder, name), now)
        else:
            found.add(name)
    return found


def read(host_folder: str, name: str) -> Want | None:
    """Read a want; one of a dead caller, and what is no want, is removed and None."""
    path = os.path.join(host_folder, "wants", name)
    fields = None if is_dead(path) else mailbox.read_line(path)
    if fields is None:
        forget(host_folder, name)
        return None
    return Want(path, fields)


def forget(host_folder: str, name: str) -> None:
    """Remove a want that nobody waits for."""
    mailbox.remove(os.path.join(host_folder, "wants", name))
    mailbox.remove(mailbox.wakeup_path(host_folder, name))


def _sweep_unborn(path: str, now: float) -> None:
    """Remove a want whose caller died before it was posted; one that is being written is not locked yet."""
    try:
        old = os.stat(path).st_mtime < now - 60
    except OSError:
        return
    if old and is_dead(path):
        mailbox.remove(path)


def is_dead(path: str) -> bool:
    """Tell whether the caller behind a want has died: nobody holds its lock."""
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


def dismiss(host_folder: str, want: Want) -> None:
    """Say that a want is answered; the answer itself has to be there before."""
    mailbox.remove(want.path)
    wakeup.ring(mailbox.wakeup_path(host_folder, want.name))


def fail(host_folder: str, want: Want, error: CredentialProcessError) -> None:
    """Answer a want with a failure."""
    fields = {"exit": str(error.exit_code), "message": error.message, "hint": error.hint}
    try:
        write_line(os.path.join(host_folder, "failures", want.name), fields)
    finally:
        dismiss(host_folder, want)


def write_line(path: str, fields: dict[str, str]) -> None:
    """Replace a file of fields; raises `OSError`."""
    files.replace(path, mailbox.to_line(fields))
