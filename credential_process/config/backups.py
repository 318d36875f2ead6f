"""Backups of config files: each edit keeps the old file beside the new one, and only the newest few stay.

A record in the state folder lists the backups by their stamps. Only what it lists, and what is unchanged since, is ever
removed: not a file that a user made or edited, whatever its name.
"""

from __future__ import annotations

import contextlib
import os
import re
import time

from credential_process import documents, files

_KEPT = 5
_SUFFIX = re.compile(r"\.\d{8}T\d{6}Z(-\d+)?\.backup")


def new_path(path: str) -> str:
    """Return the path of the next backup of the file at `path`; no file has it yet."""
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    backup = f"{path}.{stamp}.backup"
    number = 1
    while os.path.lexists(backup):
        number += 1
        backup = f"{path}.{stamp}-{number}.backup"
    return backup


def keep_newest(path: str, backup: str, *, record: str) -> None:
    """Record a new backup of the file at `path`, and remove all but its newest five.

    `record` is the file that lists them; the caller holds a lock. If it is lost or cannot be written, backups stay.
    """
    path, backup = os.path.abspath(path), os.path.abspath(backup)
    if not backup.isprintable():
        return  # it would not be one line of the record
    stamps = [*(files.read(record) or "").splitlines(), documents.stamp(backup)]
    of_path = [stamp for stamp in stamps if _is_backup(stamp, path) and _is_unchanged(stamp)]
    for stamp in of_path[:-_KEPT]:
        files.remove(documents.stamped_path(stamp))
    lines = "".join(f"{stamp}\n" for stamp in stamps if _is_unchanged(stamp))
    with contextlib.suppress(OSError):
        files.replace(record, lines, durable=False)


def _is_backup(stamp: str, path: str) -> bool:
    backup = documents.stamped_path(stamp)
    return backup.startswith(path) and bool(_SUFFIX.fullmatch(backup, len(path)))


def _is_unchanged(stamp: str) -> bool:
    return documents.stamp(documents.stamped_path(stamp)) == stamp != ""
