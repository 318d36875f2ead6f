"""Checks of files and folders: who may read and write them, and why state is kept where it is."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from credential_process import documents
from credential_process.checks import kinds
from credential_process.checks.findings import FILES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from credential_process.checks.findings import Finding

_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def writable(path: str) -> Iterator[Finding]:
    """Find a file that others can change: what stands in it is executed as you."""
    mode = _mode(path)
    if mode & _OTHERS_WRITE:
        yield kinds.FILE_WRITABLE.found(
            FILES,
            f"others may write {path} ({mode:04o}), and with it have commands run as you",
            fix=f"chmod go-w {path}",
        )


def readable(path: str) -> Iterator[Finding]:
    """Find a file or folder with secrets that others can read."""
    mode = _mode(path)
    if mode & _OTHERS:
        yield kinds.FILE_READABLE.found(
            FILES,
            f"others may read {path} ({mode:04o}), which has secrets in it",
            fix=f"chmod go= {path}",
        )


def _mode(path: str) -> int:
    try:
        return stat.S_IMODE(os.stat(path).st_mode)
    except OSError:
        return 0


def state_roots(variables: Mapping[str, str], home: str, user: int) -> list[tuple[str, str]]:
    """List the folders that can hold the state, in order, each with the reason it is refused for; empty for none.

    As `documents.state_root` decides, which makes the folder and has no time for reasons.
    """
    chosen = variables.get("SSO_CREDENTIAL_PROCESS_HOME", "")
    places = documents.state_root_candidates(chosen, home, user)
    return [(place, refusal(place, user)) for place in places if place]


def refusal(folder: str, user: int) -> str:
    """Say why a folder cannot hold the state; empty where it can."""
    if not os.path.isabs(folder):
        return "it is no full path"
    try:
        status = os.lstat(folder)
    except FileNotFoundError:
        return "it is not there, and cannot be made"
    except OSError as error:
        return f"it cannot be looked at: {error.strerror}"
    mode = stat.S_IMODE(status.st_mode)
    for is_refused, reason in (
        (stat.S_ISLNK(status.st_mode), "it is a link"),
        (not stat.S_ISDIR(status.st_mode), "it is no folder"),
        (status.st_uid != user, "it belongs to somebody else"),
        (bool(mode & _OTHERS), f"others may use it ({mode:04o})"),
        (not os.access(folder, os.W_OK | os.X_OK), "it cannot be written"),
    ):
        if is_refused:
            return reason
    return ""


def state_root(candidates: list[tuple[str, str]], root: str) -> Iterator[Finding]:
    """Say which folders were passed over for the one in use, and why; `root` is empty where there is none."""
    before = []
    for folder, reason in candidates:
        if folder == root:
            break
        before.append(f"{folder}: {reason}")
    if not root:
        yield kinds.STATE_NONE.found(
            FILES,
            f"no folder can hold the state: {'; '.join(before)}",
            fix="set SSO_CREDENTIAL_PROCESS_HOME to a folder of yours with mode 0700",
        )
    elif before:
        yield kinds.STATE_REFUSED.found(
            FILES,
            f"state is kept in {root}, because of {'; '.join(before)}",
            fix="make the first of them a folder of yours with mode 0700, unless that is meant",
        )
