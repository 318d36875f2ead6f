"""Remove what killed processes and moved homes have left behind, when a broker starts."""

from __future__ import annotations

import contextlib
import os

from credential_process import files
from credential_process.stores import account_roles
from credential_process.system import disk

_ANSWER_SECONDS = 3600
_SHOWN_SECONDS = 24 * 3600
_DOCUMENT_SECONDS = 24 * 3600  # no role session is longer than 12 hours
_HOST_SECONDS = 30 * 24 * 3600


def tidy(host_folder: str, cache: str, now: float) -> None:
    """Remove interrupted writes, old answers and documents, and the folders of hosts unused for 30 days."""
    hosts = os.path.dirname(host_folder)
    session = os.path.dirname(hosts)
    for folder in (
        session,
        cache,
        *_folders_below(os.path.join(session, "roles")),
        *_folders_below(host_folder),
    ):
        files.sweep(folder, older_than=now - _ANSWER_SECONDS)
    for name in ("failures", "bells"):
        _remove_old(os.path.join(host_folder, name), now - _ANSWER_SECONDS)
    _remove_old(os.path.join(host_folder, "shown"), now - _SHOWN_SECONDS)
    for account in _folders_below(os.path.join(session, "roles"))[1:]:
        _remove_old(account, now - _DOCUMENT_SECONDS)
    for entry in _entries(os.path.join(session, "roles")):
        # The interrupted list of a host, which may never come back.
        if entry.name.endswith(".partial") and entry.stat().st_mtime < now - _HOST_SECONDS:
            files.remove(entry.path)
        if entry.name.endswith(account_roles.ENDING):
            _remove_if_old(entry, now - _DOCUMENT_SECONDS)
    for entry in _entries(hosts):
        # Each broker that starts replaces files in the folder of its host, which sets the date of the folder.
        if entry.path != host_folder and entry.stat().st_mtime < now - _HOST_SECONDS:
            disk.remove_tree(entry.path)


def _remove_old(folder: str, older_than: float) -> None:
    for entry in _entries(folder):
        _remove_if_old(entry, older_than)


def _remove_if_old(entry: os.DirEntry[str], older_than: float) -> None:
    with contextlib.suppress(OSError):
        if entry.stat().st_mtime < older_than:
            files.remove(entry.path)


def _folders_below(folder: str) -> list[str]:
    below = [entry.path for entry in _entries(folder) if entry.is_dir(follow_symlinks=False)]
    return [folder, *below]


def _entries(folder: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError:
        return []
