"""Who else may read and write a file on Windows, where the owner and mode in Python show nothing.

Access-control lists decide there. Files in the user's profile inherit one that admits the user, administrators and
the system, so nothing is reported about them; about other folders nothing is known.
"""

import ntpath
import os

from credential_process.system.exposure import Exposure


def others_write(path: str) -> Exposure | None:  # noqa: ARG001  POSIX looks at it
    """Return None: the mode of a file shows nothing."""
    return None


others_read = others_replace = others_write


def foreign(root: str) -> tuple[list[str], str]:  # noqa: ARG001  the same
    """Return nothing: Python sees no owners."""
    return [], ""


def refusal(status: os.stat_result) -> str:  # noqa: ARG001  the same
    """Return an empty text: no folder is refused."""
    return ""


def can_be_seen(folder: str, profile: str = "") -> bool:
    """Return whether it is known who may read a folder: only within a user's profile, by default this user's."""
    profile = profile or os.path.expanduser("~")
    return f"{_comparable(folder)}\\".startswith(f"{_comparable(profile)}\\")


def _comparable(path: str) -> str:
    return ntpath.normcase(ntpath.normpath(path)).rstrip("\\")
