"""Hints about problems, with the commands of Linux and macOS."""

import fcntl
import os
import shlex
import stat
import sys

from credential_process.system import flags

assert sys.platform != "win32"

_FS_IOC_GETFLAGS, _FS_IMMUTABLE_FL, _FS_APPEND_FL = 0x80086601, 0x10, 0x20  # <linux/fs.h>


def unset(*names: str) -> str:
    """Return how to remove variables from the environment."""
    return f"unset {' '.join(names)}"


def assignment(name: str, value: str) -> str:
    """Return a command that sets a variable in a shell, for its user to copy."""
    return f"export {name}={shlex.quote(value)}"


set_variable = assignment


def unset_python_path() -> str:
    """Return how to keep `PYTHONPATH` from the programs that a line starts."""
    return "unset PYTHONPATH, or begin the line with /usr/bin/env -u PYTHONPATH"


def remove_byte_order_mark(path: str) -> str:
    """Return how to remove the byte order mark of a file."""
    if sys.platform == "darwin":
        return f"LC_ALL=C sed -i '' $'1s/^\\xef\\xbb\\xbf//' {path}"
    return f"sed -i '1s/^\\xef\\xbb\\xbf//' {path}"


def make_writable() -> str:
    """Return how to make a read-only file writable."""
    return "chmod u+w it"


def make_executable(path: str) -> str:
    """Return how to make a file executable."""
    return f"chmod +x {path}"


def set_clock() -> str:
    """Return how to set the clock."""
    return _clock_command(sys.platform)


def _clock_command(platform: str) -> str:
    if platform == "darwin":
        return "sudo sntp -sS time.apple.com"
    return "sudo timedatectl set-ntp true (WSL: sudo hwclock --hctosys)"


def private_folder() -> str:
    """Return which folder can hold secrets."""
    return "a folder that you own, with mode 0700"


def home_variable() -> str:
    """Return the variable that names the user's home."""
    return "HOME"


def upgrade_pip() -> str:
    """Return how to upgrade pip."""
    return "pip install --upgrade pip"


def readers_of_quotes() -> str:
    """Return which programs cannot run a line with quotation marks."""
    return "minio clients"


def unlock(path: str) -> str:
    """Return the command that unlocks a file which its owner has locked against changes; empty if it is not locked."""
    try:
        locks: int | None = getattr(os.lstat(path), "st_flags", None)
        if locks is None:
            return f"sudo chattr -ia {path}" if _linux_locks(path) else ""
    except OSError:
        return ""
    return _bsd_unlock(path, locks)


def _bsd_unlock(path: str, locks: int) -> str:
    """Return the same by the flags of chflags(1), which macOS sets for a file that is locked in the Finder."""
    if locks & (stat.SF_IMMUTABLE | stat.SF_APPEND):
        return f"sudo chflags noschg,nosappnd {path}"
    is_locked = locks & (stat.UF_IMMUTABLE | stat.UF_APPEND)
    return f"chflags nouchg,nouappnd {path}" if is_locked else ""


def _linux_locks(path: str) -> int:
    """Return the flags of a file or folder by which it is locked, as chattr(1) sets them; raises `OSError`."""
    descriptor = os.open(path, flags.READ_NO_LINK)
    try:
        answer = fcntl.ioctl(descriptor, _FS_IOC_GETFLAGS, bytes(8))
    finally:
        os.close(descriptor)
    return int.from_bytes(answer[:4], sys.byteorder) & (_FS_IMMUTABLE_FL | _FS_APPEND_FL)
