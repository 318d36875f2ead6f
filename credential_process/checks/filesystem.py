"""Check files and folders: who may read and write them, and why state is kept where it is."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from credential_process import files, paths
from credential_process.checks import finding_kinds
from credential_process.checks.findings import FILES
from credential_process.errors import unusable
from credential_process.stores import token_cache
from credential_process.system import advice, privacy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from credential_process.checks.findings import Finding


def writable(path: str) -> Iterator[Finding]:
    """Find a file that other users can change: the commands in it run as you."""
    yield from _writable(path, privacy.others_write(path))


def replaceable(folder: str) -> Iterator[Finding]:
    """Find a folder in which other users can replace your files."""
    yield from _writable(folder, privacy.others_replace(folder))


def _writable(path: str, exposure: privacy.Exposure | None) -> Iterator[Finding]:
    if exposure:
        yield finding_kinds.FILE_WRITABLE.found(
            FILES,
            f"other users may write {path} ({exposure.what}), and so run commands as you",
            fix=exposure.fix,
        )


def readable(path: str) -> Iterator[Finding]:
    """Find a file or folder with secrets that other users can read."""
    exposure = privacy.others_read(path)
    if exposure:
        yield finding_kinds.FILE_READABLE.found(
            FILES,
            f"other users may read {path} ({exposure.what}), which contains secrets",
            fix=exposure.fix,
        )


def full(folder: str) -> Iterator[Finding]:
    """Find out whether a token could be written in an existing folder; nothing stays there."""
    if not os.path.isdir(folder):
        return
    try:
        with files.draft(os.path.join(folder, "check")) as draft:
            draft.reserve(token_cache.ROOM)
    except OSError as error:
        yield finding_kinds.STATE_FULL.found(
            FILES,
            f"cannot write in {folder}: {error.strerror}",
            fix=unusable(folder, error).hint,
        )


def foreign(root: str) -> Iterator[Finding]:
    """Find files of other users in the state folder: left by root, or copied from another home."""
    found, fix = privacy.foreign(root)
    if found:
        more = f", and {len(found) - 1} more" if len(found) > 1 else ""
        yield finding_kinds.STATE_FOREIGN.found(
            FILES, f"{found[0]} belongs to another user{more}", fix=fix
        )


def outside(
    root: str, *, can_be_seen: Callable[[str], bool] = privacy.can_be_seen
) -> Iterator[Finding]:
    """Report a state folder for which it cannot be found out who may read it."""
    if not can_be_seen(root):
        yield finding_kinds.STATE_OUTSIDE.found(
            FILES,
            f"state is kept in {root}, outside of your user profile: cannot tell who may read it",
            fix=f"set SSO_CREDENTIAL_PROCESS_HOME to {advice.private_folder()}, or remove it",
        )


def state_roots(variables: Mapping[str, str], home: str) -> list[tuple[str, str]]:
    """Return the folders that can hold the state, in order, each with the reason why it is refused, or an empty text.

    This follows `paths.state_root`, which creates the folder and returns no reasons, to be fast.
    """
    chosen = variables.get("SSO_CREDENTIAL_PROCESS_HOME", "")
    places = paths.state_root_candidates(chosen, home, paths.user_id())
    return [(place, refusal(place)) for place in places if place]


def refusal(folder: str) -> str:
    """Return why a folder cannot hold the state; empty if it can."""
    if not paths.is_full_path(folder):
        return "it is not a full path"
    try:
        status = os.lstat(folder)
    except FileNotFoundError:
        return "it does not exist and cannot be created"
    except OSError as error:
        return f"it cannot be read: {error.strerror}"
    if stat.S_ISLNK(status.st_mode):
        return "it is a symbolic link"
    if not stat.S_ISDIR(status.st_mode):
        return "it is not a folder"
    is_writable = os.access(folder, os.W_OK | os.X_OK)
    return privacy.refusal(status) or ("" if is_writable else "it is not writable")


def state_root(candidates: list[tuple[str, str]], root: str) -> Iterator[Finding]:
    """Report which folders were refused before the one in use, and why; `root` is empty if there is none."""
    before = []
    for folder, reason in candidates:
        if folder == root:
            break
        before.append(f"{folder}: {reason}")
    if not root:
        yield finding_kinds.STATE_NONE.found(
            FILES,
            f"no folder can hold the state: {'; '.join(before)}",
            fix=f"set SSO_CREDENTIAL_PROCESS_HOME to {advice.private_folder()}",
        )
    elif before:
        yield finding_kinds.STATE_REFUSED.found(
            FILES,
            f"state is kept in {root}, because of {'; '.join(before)}",
            fix=f"make the first of them {advice.private_folder()}, unless this is intended",
        )
