"""Edit a config file so that it is never hurt: the file on disk is the old one or the new one, whatever happens.

A link stays a link, owner and mode stay, the old file is kept beside the new one, and what another program writes
at the same moment is not lost.
"""

from __future__ import annotations

import errno
import os
import stat
import time
from typing import TYPE_CHECKING

from credential_process import files
from credential_process.config.sections import Sections
from credential_process.errors import Unavailable, UsageError, unusable
from credential_process.system import disk

if TYPE_CHECKING:
    from collections.abc import Callable

    from credential_process.config.sections import Change

_LARGEST = 256 << 20
_LOCK_SECONDS = 30


def edit(
    path: str,
    change: Callable[[Sections], None],
    *,
    lock: str,
    confirm: Callable[[list[Change]], None],
) -> str | None:
    """Let `change` edit the file at `path`, and write it if `confirm` returns; return where the old one is kept.

    Both are called again where another program has written meanwhile. `confirm` raises to stop. The result is
    None where nothing had to be written, and empty where there was no file before. `lock` is the file that
    all our writers lock. Raises `UsageError` or `Unavailable`; the file is as it was then.
    """
    target = os.path.realpath(path)
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
                    return _write(path, target, before, after)
        except _WrittenMeanwhile:
            continue
        except TimeoutError:
            raise Unavailable(
                f"somebody else is editing {path}: {lock} is held",
                hint="run it again; nothing was changed",
            ) from None
        except OSError as error:
            raise unusable(f"{path} is as it was", error) from None


def _read(target: str) -> str | None:
    """Read the file as it is, bytes that are no UTF-8 included; None if there is none."""
    try:
        if not stat.S_ISREG(os.stat(target).st_mode):
            raise UsageError(f"{target} is no file", hint="name another with --config-file")
        with open(target, "rb") as file:
            content = file.read(_LARGEST + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UsageError(
            f"{target} cannot be read: {error.strerror}", hint="mend its mode, or name another"
        ) from None
    if len(content) > _LARGEST:
        raise UsageError(f"{target} is too large", hint="is that a config file?")
    return content.decode("utf-8", "surrogateescape")


def _write(path: str, target: str, before: str | None, after: str) -> str:
    """Write the new text, and return where the old file is kept; raises `_WrittenMeanwhile` with nothing changed."""
    # What a writer has left who was killed; nobody else would look here.
    files.sweep(os.path.dirname(target), older_than=time.time() - 3600)
    if before is None:
        with files.draft(target) as new:
            new.write(after)
            try:
                disk.add(new.path, target)
            except FileExistsError:
                raise _WrittenMeanwhile from None
        return ""
    _check_replaceable(target)
    with files.draft(target, like=target) as new:
        new.write(after)
        return _swap(new.path, target, before, _backup_path(path))


def _swap(new: str, target: str, before: str, kept: str) -> str:
    """Put a new file in the place of the old one, which becomes the backup `kept`; return where that is.

    The two change places in one step, and then the old one is looked at. A program that had it open writes into
    the backup from then on.
    """
    if not disk.exchange(new, target):
        files.replace(kept, before, like=target)
        if _read(target) == before:
            os.replace(new, target)
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
        os.rename(old, kept)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        # The config is a link to another disk, and backups lie beside the link.
        files.replace(kept, before, like=like)


class _WrittenMeanwhile(Exception):
    """Another program has written the file since it was read."""


def _check_replaceable(target: str) -> None:
    status = os.stat(target)
    # `os.replace` would succeed, but a read-only file means "do not touch".
    if not status.st_mode & stat.S_IWUSR:
        raise UsageError(f"{target} is read-only", hint="chmod u+w it; nothing was changed")
    if status.st_nlink > 1:
        raise UsageError(
            f"{target} has another name (a hard link), which would keep the old text",
            hint="make the other name a symbolic link; nothing was changed",
        )
    os.close(os.open(target, os.O_WRONLY | os.O_CLOEXEC))


def _backup_path(path: str) -> str:
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    kept = f"{path}.{stamp}.backup"
    number = 1
    while os.path.lexists(kept):
        number += 1
        kept = f"{path}.{stamp}-{number}.backup"
    return kept
