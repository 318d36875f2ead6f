"""Remove the folder of a session that no caller could name, such as one that is mistyped in a profile."""

from __future__ import annotations

import contextlib
import os

from credential_process import files
from credential_process.broker import log_file
from credential_process.stores import mailbox
from credential_process.system import locks
from credential_process.system.retries import patiently

_LOCK = "broker.lock"
_FILES = ("broker.info", "broker.log", "broker.log.1", "start.lock")
_FOLDERS = ("failures", "wants", "bells")
_UNREAD_SECONDS = 1


def release_and_remove(host_folder: str, lock: int) -> None:
    """Release the lock of a broker that ends, and remove the folder of its session if only that broker has used it.

    A folder is only removed when it is empty. So a want that is posted meanwhile stays, with all that is not removed
    yet, and its caller starts another broker.
    """
    hosts = os.path.dirname(host_folder)
    is_emptied = False
    try:
        with contextlib.suppress(OSError):
            is_emptied = _empty(host_folder)
    finally:
        if is_emptied:
            locks.release_and_remove(lock, os.path.join(host_folder, _LOCK))
        else:
            locks.release(lock)
    if is_emptied:
        with contextlib.suppress(OSError):
            for folder in (host_folder, hosts, os.path.dirname(hosts)):
                os.rmdir(folder)


def _empty(host_folder: str) -> bool:
    """Remove all but the lock; return False, or raise `OSError`, if there is anything else."""
    hosts = os.path.dirname(host_folder)
    found = [*os.listdir(os.path.dirname(hosts)), *os.listdir(hosts)]
    if found != ["hosts", os.path.basename(host_folder)]:
        return False
    if not {_LOCK, *_FILES, *_FOLDERS}.issuperset(os.listdir(host_folder)):
        return False
    # A caller reads its failure a moment after its want is gone.
    patiently(lambda: os.rmdir(os.path.join(host_folder, "failures")), _UNREAD_SECONDS, OSError)
    os.rmdir(os.path.join(host_folder, "wants"))
    files.remove(mailbox.broker_wakeup_path(host_folder))
    os.rmdir(os.path.join(host_folder, "bells"))
    log_file.close()
    for name in _FILES:
        files.remove(os.path.join(host_folder, name))
    return True
