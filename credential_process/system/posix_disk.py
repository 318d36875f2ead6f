"""Replace and rename files without losing any, and set their owners."""

import contextlib
import errno
import fcntl
import os
import stat
import sys

from credential_process.system import flags

assert sys.platform != "win32"

_RENAME_NOREPLACE, _RENAME_EXCHANGE = 1, 2


def sync(descriptor: int, *, precious: bool) -> None:
    """Write the content of an open file to the disk; raises `OSError`.

    fsync(2) of macOS leaves it in the cache of the drive, where a power failure loses it. A `precious` file is written
    through that cache too, which takes many times as long.
    """
    through_cache = getattr(fcntl, "F_FULLFSYNC", None)
    if precious and through_cache is not None:
        with contextlib.suppress(OSError):  # network disks do not support it
            fcntl.fcntl(descriptor, through_cache)
            return
    os.fsync(descriptor)


def open_to_read(path: str, how: int = flags.READ) -> int:
    """Return a descriptor of a file that other processes may replace or rename meanwhile; raises `OSError`."""
    return os.open(path, how)


def replace(new: str, path: str, *, precious: bool = False) -> None:  # noqa: ARG001  Windows is more patient then
    """Move a file to the name of another, and so replace that; raises `OSError`."""
    os.replace(new, path)


def rename(old: str, new: str) -> None:
    """Move a file to a name that no other file has; raises `OSError`."""
    os.rename(old, new)


def remove(path: str) -> None:
    """Remove a file; raises `OSError`."""
    os.unlink(path)


def remove_tree(folder: str) -> None:
    """Remove a folder with everything in it that can be removed; a missing one is not an error."""
    import shutil  # with what compresses archives; most processes remove none

    shutil.rmtree(folder, ignore_errors=True)


def exchange(one: str, other: str) -> bool:
    """Exchange the names of two files in one folder in one step; False if the system cannot. Raises `OSError`."""
    return _renameat2(one, other, _RENAME_EXCHANGE)


def add(temporary: str, path: str) -> None:
    """Move a file to a name unless another file has it; raises `FileExistsError`, or another `OSError`."""
    if _renameat2(temporary, path, _RENAME_NOREPLACE):
        return
    if os.path.lexists(path):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), path)
    os.rename(temporary, path)


def _renameat2(old: str, new: str, flags: int) -> bool:
    """Call renameat2(2) of Linux; return False if the system or the file system does not have it."""
    try:
        import ctypes
    except ImportError:  # pragma: no cover  Python was built without libffi
        return False
    library = ctypes.CDLL(None, use_errno=True)
    if not hasattr(library, "renameat2"):
        return False
    names = os.fsencode(os.path.abspath(old)), os.fsencode(os.path.abspath(new))
    if library.renameat2(0, names[0], 0, names[1], flags) == 0:
        return True
    error = ctypes.get_errno()
    # Containers answer EPERM for system calls that they do not know.
    if error in {errno.EINVAL, errno.ENOSYS, errno.EPERM}:
        return False
    raise OSError(error, os.strerror(error), new)


def give(path: str | int, folder: str) -> None:
    """Make the owner of the folder the owner of a file or folder that root has just created, by path or descriptor."""
    if os.geteuid() == 0 and (owner := os.stat(folder)).st_uid != 0:
        # The owner of the folder may have put a link to /etc/shadow in place of what root has just created.
        is_open = isinstance(path, int)
        with contextlib.suppress(OSError):  # a container may not know this user
            os.chown(path, owner.st_uid, owner.st_gid, follow_symlinks=is_open)


def take_after(descriptor: int, like: str) -> None:
    """Copy the owner, mode and extended attributes of another file to an open one.

    By descriptors alone: under ``sudo -E`` the owner of the folder can put a link to any file in place of each name,
    and the mode would be applied to that file.
    """
    source = os.open(like, flags.READ_NO_LINK)
    try:
        status, new = os.fstat(source), os.fstat(descriptor)
        if (status.st_uid, status.st_gid) != (new.st_uid, new.st_gid):
            os.fchown(descriptor, status.st_uid, status.st_gid)
        if sys.platform == "linux":
            for name in os.listxattr(source):
                # Some belong to the system, and some file systems have none.
                with contextlib.suppress(OSError):
                    os.setxattr(descriptor, name, os.getxattr(source, name))
        # A config file is never executed, and one of another owner must not become one that runs as its owner.
        os.fchmod(descriptor, stat.S_IMODE(status.st_mode) & 0o777)
    finally:
        os.close(source)
