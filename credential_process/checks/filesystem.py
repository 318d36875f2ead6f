"""Check files and folders: who may read and write them, and why state is kept where it is."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from credential_process import documents, files
from credential_process.checks import rules
from credential_process.checks.findings import FILES
from credential_process.errors import unusable
from credential_process.stores import token_cache
from credential_process.system import disk

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from credential_process.checks.findings import Finding

_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def writable(path: str) -> Iterator[Finding]:
    """Find a file that other users can change: the commands in it run as you."""
    mode = _mode(path)
    if mode & _OTHERS_WRITE:
        yield rules.FILE_WRITABLE.found(
            FILES,
            f"other users may write {path} ({mode:04o}), and so run commands as you",
            fix=f"chmod go-w {path}",
        )


def replaceable(folder: str) -> Iterator[Finding]:
    """Find a folder in which other users can replace your files.

    A group that may write is not a problem if it is the private group that many systems give each user.
    """
    try:
        status = os.stat(folder)
    except OSError:
        return
    others = stat.S_IWOTH if disk.is_group_of_one(status.st_gid) else _OTHERS_WRITE
    if status.st_mode & others and not status.st_mode & stat.S_ISVTX:
        yield from writable(folder)


def full(folder: str) -> Iterator[Finding]:
    """Find out whether a token could be written in an existing folder; nothing stays there."""
    if not os.path.isdir(folder):
        return
    try:
        with files.draft(os.path.join(folder, "check")) as draft:
            draft.reserve(token_cache.ROOM)
    except OSError as error:
        yield rules.STATE_FULL.found(
            FILES,
            f"cannot write in {folder}: {error.strerror}",
            fix=unusable(folder, error).hint,
        )


def foreign(root: str, user: int) -> Iterator[Finding]:
    """Find files of other users in the state folder: left by root, or copied from another home."""
    found = [
        os.path.join(folder, name)
        for folder, folders, names in os.walk(root)
        for name in (*folders, *names)
        if _owner(os.path.join(folder, name)) not in {user, None}
    ]
    if found:
        more = f", and {len(found) - 1} more" if len(found) > 1 else ""
        yield rules.STATE_FOREIGN.found(
            FILES,
            f"{found[0]} belongs to another user{more}",
            fix=f"sudo chown -R {user} {root}, or remove it",
        )


def _owner(path: str) -> int | None:
    try:
        return os.lstat(path).st_uid
    except OSError:
        return None


def readable(path: str) -> Iterator[Finding]:
    """Find a file or folder with secrets that other users can read."""
    mode = _mode(path)
    if mode & _OTHERS:
        yield rules.FILE_READABLE.found(
            FILES,
            f"other users may read {path} ({mode:04o}), which contains secrets",
            fix=f"chmod go= {path}",
        )


def _mode(path: str) -> int:
    try:
        return stat.S_IMODE(os.stat(path).st_mode)
    except OSError:
        return 0


def state_roots(variables: Mapping[str, str], home: str, user: int) -> list[tuple[str, str]]:
    """List the folders that can hold the state, in order, each with the reason why it is refused, or an empty text.

    Follows `documents.state_root`, which creates the folder and gives no reasons, to be fast.
    """
    chosen = variables.get("SSO_CREDENTIAL_PROCESS_HOME", "")
    places = documents.state_root_candidates(chosen, home, user)
    return [(place, refusal(place, user)) for place in places if place]


def refusal(folder: str, user: int) -> str:
    """Return why a folder cannot hold the state; empty if it can."""
    if not os.path.isabs(folder):
        return "it is not a full path"
    try:
        status = os.lstat(folder)
    except FileNotFoundError:
        return "it does not exist and cannot be created"
    except OSError as error:
        return f"it cannot be read: {error.strerror}"
    mode = stat.S_IMODE(status.st_mode)
    for is_refused, reason in (
        (stat.S_ISLNK(status.st_mode), "it is a symbolic link"),
        (not stat.S_ISDIR(status.st_mode), "it is not a folder"),
        (status.st_uid != user, "it belongs to another user"),
        (bool(mode & _OTHERS), f"other users may use it ({mode:04o})"),
        (not os.access(folder, os.W_OK | os.X_OK), "it is not writable"),
    ):
        if is_refused:
            return reason
    return ""


def state_root(candidates: list[tuple[str, str]], root: str) -> Iterator[Finding]:
    """Report which folders were refused before the one in use, and why; `root` is empty if there is none."""
    before = []
    for folder, reason in candidates:
        if folder == root:
            break
        before.append(f"{folder}: {reason}")
    if not root:
        yield rules.STATE_NONE.found(
            FILES,
            f"no folder can hold the state: {'; '.join(before)}",
            fix="set SSO_CREDENTIAL_PROCESS_HOME to a folder that you own, with mode 0700",
        )
    elif before:
        yield rules.STATE_REFUSED.found(
            FILES,
            f"state is kept in {root}, because of {'; '.join(before)}",
            fix="make the first of them a folder that you own, with mode 0700, unless this is intended",
        )
