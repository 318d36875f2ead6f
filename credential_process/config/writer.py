"""Edit a config file atomically: whatever happens, the file on disk is the old one or the new one.

A symlink stays a symlink, owner and mode are kept, the old file becomes a backup, and nothing is lost that another
program writes at the same moment.
"""

from __future__ import annotations

import errno
import os
import stat
import time
from typing import TYPE_CHECKING

from credential_process import files
from credential_process.config import backups, reader
from credential_process.config.sections import Sections
from credential_process.errors import Unavailable, UsageError, unusable
from credential_process.system import advice, disk, flags

if TYPE_CHECKING:
    from collections.abc import Callable

    from credential_process.config.sections import Change

_LARGEST = 256 << 20
_LOCK_SECONDS = 30


def edit(
    path: str,
    change: Callable[[Sections], None],
    *,
    state_root: str,
    confirm: Callable[[list[Change]], None],
) -> str | None:
    """Let `change` edit the file at `path`, write it if `confirm` returns, and return the path of the backup.

    Both are called again if another program has written the file meanwhile. `confirm` raises to cancel. The result
    is None if nothing had to be written, and empty if there was no file before. All writers of this package lock a
    file in `state_root`, where the backups are recorded too: see `backups`. Raises `UsageError` or `Unavailable`, with
    the file unchanged.
    """
    reader.check_path(path)
    target = os.path.realpath(path)
    lock = os.path.join(state_root, "config.lock")
    while True:
        before = _read(target)
        sections = Sections(before or "", path)
        change(sections)
        changes = sections.changes
        if not changes:
            return None
        after = sections.text()
        confirm(changes)
        try:
            with files.lock(lock, timeout_seconds=_LOCK_SECONDS):
                if _read(target) == before:
                    kept = _write(path, target, before, after)
                    if kept:
                        record = os.path.join(state_root, "config.backups")
                        backups.keep_newest(path, kept, record=record)
                    return kept
        except _WrittenMeanwhile:
            continue
        except TimeoutError:
            raise Unavailable(
                f"another process is editing {path}: it holds {lock}",
                hint="run it again; nothing was changed",
            ) from None
        except OSError as error:
            raise unusable(f"{path} is unchanged", error) from None


def _read(target: str) -> str | None:
    """Read the file, with bytes that are not UTF-8 preserved; None if there is no file."""
    try:
        if not stat.S_ISREG(os.stat(target).st_mode):
            raise UsageError(f"{target} is not a file", hint="name another with --config-file")
        with open(target, "rb") as file:
            content = file.read(_LARGEST + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UsageError(
            f"{target} cannot be read: {error.strerror}",
            hint="check its permissions, or name another with --config-file",
        ) from None
    if len(content) > _LARGEST:
        raise UsageError(f"{target} is too large", hint="check that it is a config file")
    return content.decode("utf-8", "surrogateescape")


def _write(path: str, target: str, before: str | None, after: str) -> str:
    """Write the new text and return the path of the backup; raises `_WrittenMeanwhile` with nothing changed."""
    # Remove drafts of killed writers: the broker's housekeeping does not cover this folder.
    files.sweep(os.path.dirname(target), older_than=time.time() - 3600)
    if before is None:
        with files.draft(target, precious=True) as new:
            new.write(after)
            new.close()
            try:
                disk.add(new.path, target)
            except FileExistsError:
                raise _WrittenMeanwhile from None
        return ""
    _check_replaceable(target)
    with files.draft(target, like=target, precious=True) as new:
        new.write(after)
        new.close()
        return _swap(new.path, target, before, backups.new_path(path))


def _swap(new: str, target: str, before: str, kept: str) -> str:
    """Replace the old file with the new one, keep the old one as the backup `kept`, and return its path.

    The two are exchanged atomically, and then the old one is compared with `before`. A program that has it open
    writes to the backup from then on.
    """
    if not disk.exchange(new, target):
        files.replace(kept, before, like=target, precious=True)
        if _read(target) == before:
            disk.replace(new, target)
            return kept
        files.remove(kept)
        raise _WrittenMeanwhile
    try:
        if _read(new) != before:
            raise _WrittenMeanwhile
        _keep(new, kept, before, target)
    except BaseException:
        disk.exchange(new, target)
        raise
    return kept


def _keep(old: str, kept: str, before: str, like: str) -> None:
    try:
        disk.rename(old, kept)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        # The config is a symlink to another file system, and backups are kept next to the symlink.
        files.replace(kept, before, like=like, precious=True)


class _WrittenMeanwhile(Exception):
    """The file was written by another program after it was read."""


def _check_replaceable(target: str) -> None:
    status = os.stat(target)
    # Replacing it would succeed, but a read-only file means "do not touch".
    if not status.st_mode & stat.S_IWUSR:
        raise UsageError(
            f"{target} is read-only", hint=f"{advice.make_writable()}; nothing was changed"
        )
    if status.st_nlink > 1:
        raise UsageError(
            f"{target} has another name (a hard link), which would keep the old text",
            hint="make the other name a symbolic link; nothing was changed",
        )
    os.close(os.open(target, flags.WRITE))
