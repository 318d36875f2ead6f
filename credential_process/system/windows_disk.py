"""Replace, rename and remove files without losing any, although other programs may have them open for a moment."""

import _winapi
import contextlib
import msvcrt
import os
import shutil
import sys

from credential_process.system import flags
from credential_process.system.retries import patiently

assert sys.platform == "win32"

_GENERIC_READ, _SHARE_ALL, _OPEN_EXISTING = 0x80000000, 7, 3
_READING_PATIENCE_SECONDS = 0.1
_PATIENCE_SECONDS, _PRECIOUS_SECONDS = 2, 10


def open_to_read(path: str, how: int = flags.READ) -> int:
    """Return a descriptor of a file that other processes may rename or delete meanwhile; raises `OSError`.

    It is retried for a moment, since a file cannot be opened while it is replaced.
    """

    def open_shared() -> int:
        try:
            return _winapi.CreateFile(
                path, _GENERIC_READ, _SHARE_ALL, _winapi.NULL, _OPEN_EXISTING, 0, _winapi.NULL
            )
        except OSError as error:
            error.filename = path
            raise

    return msvcrt.open_osfhandle(patiently(open_shared, _READING_PATIENCE_SECONDS), how)


def replace(new: str, path: str, *, precious: bool = False) -> None:
    """Move a file to the name of another, and so replace that; raises `OSError`.

    It is retried for two seconds, or ten if it is `precious`: a file that another program has open cannot be replaced.
    """
    patiently(lambda: os.replace(new, path), _PRECIOUS_SECONDS if precious else _PATIENCE_SECONDS)


def rename(old: str, new: str) -> None:
    """Move a file to a name that no other file has; raises `OSError`."""
    patiently(lambda: os.rename(old, new))


def remove(path: str) -> None:
    """Remove a file; raises `OSError`.

    It is retried for two seconds: a file that another program has open cannot be removed, and would stay although it
    may contain secrets.
    """
    patiently(lambda: os.unlink(path))


def remove_tree(folder: str) -> None:
    """Remove a folder with everything in it that can be removed, with retries like `remove`."""
    with contextlib.suppress(OSError):
        patiently(lambda: shutil.rmtree(folder))
    shutil.rmtree(folder, ignore_errors=True)


def add(temporary: str, path: str) -> None:
    """Move a file to a name unless another file has it; raises `FileExistsError`, or another `OSError`."""
    rename(temporary, path)


def exchange(one: str, other: str) -> bool:  # noqa: ARG001
    """Return False: two files cannot exchange their names in one step here."""
    return False


def give(path: str | int, folder: str) -> None:
    """Do nothing: files and folders inherit the access list of their folder."""


def take_after(descriptor: int, like: str) -> None:
    """Do nothing: a file that is created beside another inherits the same access list."""


def sync(descriptor: int, *, precious: bool) -> None:  # noqa: ARG001  all is written through the cache of the drive
    """Write the content of an open file to the disk; raises `OSError`."""
    os.fsync(descriptor)
