"""Programs that outlive the caller that starts them, and what such a program drops of its caller."""

import os

INHERITED_LOCK = 3  # the descriptor of the lock that a started program holds from its first moment
# A named pipe in the place of the log would block until another process reads it.
APPEND = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NONBLOCK
# A core pattern with a pipe ignores a limit of 0; with 1 the kernel passes the core to no program either (core(5)).
_NO_CORE_BYTES = 1


def start(
    command: tuple[str, ...],
    environment: "Mapping[str, str]",
    *,
    log: str = "",
    lock: int | None = None,
) -> int:
    """Start a program in a session of its own, and return its process id.

    Its stdin and stdout are /dev/null, and its stderr too without a `log` to append to. It keeps a held `lock`, by its
    descriptor, as `INHERITED_LOCK`.
    Raises `OSError`.
    """
    keeps_lock = () if lock is None else ((os.POSIX_SPAWN_DUP2, lock, INHERITED_LOCK),)
    return os.posix_spawn(
        command[0],
        command,
        environment,
        file_actions=[
            *keeps_lock,
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
            (os.POSIX_SPAWN_OPEN, 2, log or os.devnull, APPEND if log else os.O_WRONLY, 0o600),
        ],
        setsid=True,
    )


def exit_code(process_id: int) -> int | None:
    """Return the exit code of a program that `start` started; None while it runs, negative where a signal ended it.

    It is -1, too, where a program ignores SIGCHLD: this process does so as well then, and the kernel keeps no code.
    """
    try:
        ended, status = os.waitpid(process_id, os.WNOHANG)
    except ChildProcessError:
        return -1
    return None if ended == 0 else os.waitstatus_to_exitcode(status)


def detach() -> None:
    """Drop everything that is inherited from the caller: its folder, its descriptors, its limits."""
    import contextlib
    import resource

    os.chdir("/")
    os.umask(0o077)
    os.closerange(INHERITED_LOCK + 1, os.sysconf("SC_OPEN_MAX"))
    _, most = resource.getrlimit(resource.RLIMIT_CORE)
    least = 0 if most == 0 else _NO_CORE_BYTES
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (least, least))
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def descriptor_limit() -> int | None:
    """Return how many descriptors this process can have open; None where there is no limit."""
    import resource

    room, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return None if room == resource.RLIM_INFINITY else room


TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
