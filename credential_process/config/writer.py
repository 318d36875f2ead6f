"""Edit a config file so that it is never hurt: the file on disk is the old one or the new one, whatever happens.

A link stays a link, owner and mode stay, the old file is kept beside the new one, and whoever else writes at
the same moment is not undone.
"""

from __future__ import annotations

import os
import stat
import time
from typing import TYPE_CHECKING

from credential_process import files
from credential_process.config.sections import Sections
from credential_process.errors import Unavailable, UsageError, unusable

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

    Both are called again where somebody else has written meanwhile. `confirm` raises to stop. The result is
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
    # What a writer has left who was killed; nobody else would look here.
    files.sweep(os.path.dirname(target), older_than=time.time() - 3600)
    if before is None:
        files.replace(target, after)
        return ""
    # Whoever owns the folder could replace it nevertheless; but somebody has said no.
    if not os.stat(target).st_mode & stat.S_IWUSR:
        raise UsageError(f"{target} is read-only", hint="chmod u+w it; nothing was changed")
    os.close(os.open(target, os.O_WRONLY | os.O_CLOEXEC))
    kept = _backup_path(path)
    files.replace(kept, before, like=target)
    try:
        files.replace(target, after, like=target)
    except BaseException:
        files.remove(kept)
        raise
    return kept


def _backup_path(path: str) -> str:
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    kept = f"{path}.{stamp}.backup"
    number = 1
    while os.path.lexists(kept):
        number += 1
        kept = f"{path}.{stamp}-{number}.backup"
    return kept
