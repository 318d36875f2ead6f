"""The broker's end of the mailbox: read wants, find those of dead callers, answer."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from credential_process import files
from credential_process.stores import field_files, mailbox
from credential_process.stores.want import Want
from credential_process.system import locks

if TYPE_CHECKING:
    from credential_process.errors import CredentialProcessError

_UNPOSTED_SECONDS = 60


def names(host_folder: str) -> set[str]:
    """Return the names of the wants in the box."""
    folder = os.path.join(host_folder, "wants")
    # Use the file system's clock, which stamped the wants; on NFS the one of this computer may differ.
    now = os.stat(folder).st_mtime
    found = set()
    for name in os.listdir(folder):
        if name.startswith("."):
            _sweep_unposted(host_folder, name, now)
        else:
            found.add(name)
    return found


def read(host_folder: str, name: str) -> Want | None:
    """Return a want; None for one of a dead caller or a file that is not a want, which are removed."""
    path = os.path.join(host_folder, "wants", name)
    fields = None if mailbox.is_abandoned(host_folder, name) else field_files.read(path)
    if fields is None:
        forget(host_folder, name)
        return None
    return Want(path, fields)


def forget(host_folder: str, name: str) -> None:
    """Remove a want whose caller is gone, with its pipe."""
    files.remove(os.path.join(host_folder, "wants", name))
    files.remove(mailbox.wakeup_path(host_folder, name))


def _sweep_unposted(host_folder: str, name: str, now: float) -> None:
    """Remove a want whose caller died before it was posted; one that is being written is not locked yet."""
    path = os.path.join(host_folder, "wants", name)
    try:
        is_old = os.stat(path).st_mtime < now - _UNPOSTED_SECONDS
    except OSError:
        return
    if is_old and mailbox.is_abandoned(host_folder, name):
        files.remove(path)


def dismiss(host_folder: str, want: Want) -> None:
    """Remove a want that is answered, and wake its caller; the answer itself has to be there already."""
    files.remove(want.path)
    locks.ring(mailbox.wakeup_path(host_folder, want.name))


def fail(host_folder: str, want: Want, error: CredentialProcessError) -> None:
    """Answer a want with a failure; raises `OSError` if not even a name can be written."""
    path = os.path.join(host_folder, "failures", want.name)
    fields = {"exit": str(error.exit_code), "message": error.message, "hint": error.hint}
    try:
        field_files.write(path, fields)
    except OSError:
        # A full disk still has room for the want itself, which shows its caller that there was an answer.
        os.replace(want.path, path)
    dismiss(host_folder, want)
