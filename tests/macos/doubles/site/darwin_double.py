"""Make Python look as on macOS, in the programs that tests start; the tests themselves stay on Linux."""

import errno
import fcntl
import os
import sys
from typing import Any

_CS_DARWIN_USER_TEMP_DIR = 65537
_F_FULLFSYNC = 51
_ONLY_LINUX_HAS = (
    *("listxattr", "getxattr", "setxattr", "removexattr"),
    *("pidfd_open", "memfd_create", "sched_getaffinity", "posix_fallocate", "O_TMPFILE", "O_PATH"),
)
_spawn, _sysconf, _confstr, _fcntl = os.posix_spawn, os.sysconf, os.confstr, fcntl.fcntl


def posix_spawn(path: Any, argv: Any, env: Any, *, file_actions: Any = (), **options: Any) -> int:
    """Refuse what Darwin refuses: duplicating a descriptor to itself, and closing one that is not open."""
    for action, *numbers in file_actions:
        if action == os.POSIX_SPAWN_DUP2 and numbers[0] == numbers[1]:
            raise OSError(errno.EBADF, os.strerror(errno.EBADF), path)
        if action == os.POSIX_SPAWN_CLOSE:
            os.fstat(numbers[0])
    return _spawn(path, argv, env, file_actions=file_actions, **options)


def sysconf(name: Any) -> int:
    """Return no limit of open files, as after ``ulimit -n unlimited``."""
    return 2**63 - 1 if name == "SC_OPEN_MAX" else _sysconf(name)


def confstr(name: Any) -> str | None:
    """Return the user's folder for temporary files."""
    if name == _CS_DARWIN_USER_TEMP_DIR:
        return os.environ.get("DARWIN_USER_TEMP_DIR", "@STATE@/T/")
    return _confstr(name)


def full_sync(descriptor: Any, command: int, argument: Any = 0) -> Any:
    """Record files written through the drive's cache, and fail like network disks do."""
    if command == _F_FULLFSYNC:
        with open("@STATE@/synced", "a") as file:
            file.write(os.readlink(f"@STATE@/proc/self/fd/{descriptor}") + "\n")
        raise OSError(errno.ENOTSUP, os.strerror(errno.ENOTSUP))
    return _fcntl(descriptor, command, argument)


if "TESTS_STAY_ON_LINUX" not in os.environ:
    sys.platform = "darwin"
    for name in _ONLY_LINUX_HAS:
        if hasattr(os, name):
            delattr(os, name)
    os.posix_spawn, os.sysconf, os.confstr = posix_spawn, sysconf, confstr
    fcntl.F_FULLFSYNC, fcntl.fcntl = _F_FULLFSYNC, full_sync  # type: ignore[attr-defined]
