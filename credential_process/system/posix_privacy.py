"""Who else may read and write a file, by its owner and mode."""

import os
import stat
import sys

from credential_process.system.exposure import Exposure

assert sys.platform != "win32"

_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def others_write(path: str) -> Exposure | None:
    """Return how other users may write a file or folder; None if they may not."""
    return _exposure(path, _OTHERS_WRITE, f"chmod go-w {path}")


def others_read(path: str) -> Exposure | None:
    """Return how other users may read a file or folder; None if they may not."""
    return _exposure(path, _OTHERS, f"chmod go= {path}")


def others_replace(folder: str) -> Exposure | None:
    """Return how other users may replace files in a folder; None if they may not.

    A group that may write is not a problem if it is the private group that many systems create for each user.
    """
    try:
        status = os.stat(folder)
    except OSError:
        return None
    others = stat.S_IWOTH if _is_group_of_one(status.st_gid) else _OTHERS_WRITE
    if status.st_mode & others and not status.st_mode & stat.S_ISVTX:
        return others_write(folder)
    return None


def foreign(root: str) -> tuple[list[str], str]:
    """Return what belongs to other users in and below a folder, and the command that makes this user the owner."""
    user = os.geteuid()
    found = [
        os.path.join(folder, name)
        for folder, folders, names in os.walk(root)
        for name in (*folders, *names)
        if _owner(os.path.join(folder, name)) not in {user, None}
    ]
    return found, f"sudo chown -R {user} {root}, or remove it"


def refusal(status: os.stat_result) -> str:
    """Return why owner and mode of a folder keep it from holding secrets; empty if they do not."""
    if status.st_uid != os.geteuid():
        return "it belongs to another user"
    mode = stat.S_IMODE(status.st_mode)
    return f"other users may use it ({mode:04o})" if mode & _OTHERS else ""


def can_be_seen(folder: str) -> bool:  # noqa: ARG001  Windows looks at it
    """Return whether it can be found out who may read a folder: its mode shows it."""
    return True


def _exposure(path: str, others: int, fix: str) -> Exposure | None:
    try:
        mode = stat.S_IMODE(os.stat(path).st_mode)
    except OSError:
        return None
    return Exposure(f"{mode:04o}", fix) if mode & others else None


def _owner(path: str) -> int | None:
    try:
        return os.lstat(path).st_uid
    except OSError:
        return None


def _is_group_of_one(group: int) -> bool:
    """Return whether a group has no other member, as the one that many systems create for each user.

    It has the name of its user. A group such as `staff` of macOS or `users` lists no members, because it is the primary
    group of all users.
    """
    import grp
    import pwd

    if group != os.getegid():
        return False
    try:
        found = grp.getgrgid(group)
        return not found.gr_mem and found.gr_name == pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return True  # in most containers, users and groups have no names
