"""Programs that outlive the caller that starts them, how they detach from it, and child processes."""

import os
import sys

from credential_process.system import flags

assert sys.platform != "win32"

GAVE_UP = 70  # the exit code of a broker that reports in its log why it has failed
_INHERITED_LOCK = 3  # the descriptor of the lock that a started program holds from its first moment
# The flag that keeps other child processes from inheriting a descriptor would also close it in the started program.
_LOG = flags.APPEND_OR_CREATE & ~os.O_CLOEXEC
# A core pattern with a pipe ignores a limit of 0; with 1 the kernel passes the core to no program either (core(5)).
_NO_CORE_BYTES = 1
# Where open descriptors are not listed. Closing as many takes milliseconds, even one by one.
_HIGHEST_DESCRIPTOR = 65535
# Nothing of this package is imported there: the interpreter is isolated, and may not find it.
_CLOSE_AND_RUN = """\
import os, sys
try:
    last = max(map(int, os.listdir("/dev/fd")))
except (OSError, ValueError):
    last = 65535
os.closerange(3, last + 1)
os.execv(sys.argv[1], sys.argv[1:])
"""


def start(
    command: tuple[str, ...],
    environment: "Mapping[str, str]",
    *,
    log: str = "",
    lock: int | None = None,
) -> int:
    """Start a program in a session of its own, and return its process id.

    Its stdin and stdout are /dev/null, and its stderr too without a `log` to append to. It keeps a held `lock` until
    it calls `release_inherited_lock`. Raises `OSError`.
    """
    # macOS refuses to duplicate a descriptor to itself (https://github.com/haskell/process/pull/214).
    source = os.dup(lock) if lock == _INHERITED_LOCK else lock
    keeps_lock = () if source is None else ((os.POSIX_SPAWN_DUP2, source, _INHERITED_LOCK),)
    try:
        return os.posix_spawn(
            command[0],
            command,
            environment,
            file_actions=[
                *keeps_lock,
                (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
                (os.POSIX_SPAWN_OPEN, 2, log or os.devnull, _LOG if log else os.O_WRONLY, 0o600),
            ],
            setsid=True,
            # A program that waits for Ctrl-C blocks it, and would leave that to a broker and a browser (`defer_stop`).
            setsigmask=(),
        )
    finally:
        if source is not None and source != lock:
            os.close(source)


def without_inheritance(command: tuple[str, ...]) -> tuple[str, ...]:
    """Return a command that runs another one, without the descriptors that its starter lets child processes inherit.

    They would stay open for as long as it runs.
    """
    return (sys.executable, "-IS", "-c", _CLOSE_AND_RUN, *command)


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
    _close_from(_INHERITED_LOCK + 1)
    _, most = resource.getrlimit(resource.RLIMIT_CORE)
    least = 0 if most == 0 else _NO_CORE_BYTES
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (least, least))
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _close_from(first: int) -> None:
    """Close all descriptors from `first` on, whatever their limit is: without one it does not fit into an integer."""
    try:
        last = max(map(int, os.listdir("/dev/fd")))
    except (OSError, ValueError):
        last = _HIGHEST_DESCRIPTOR  # /proc is not there
    os.closerange(first, last + 1)


def release_inherited_lock() -> None:
    """Release the lock that the program which started this one has left to it."""
    os.close(_INHERITED_LOCK)


def descriptor_limit() -> int | None:
    """Return how many descriptors this process can have open; None where there is no limit."""
    import resource

    room, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return None if room == resource.RLIM_INFINITY else room


def call_in_forked_child(call: "Callable[[], None]") -> None:
    """Arrange for a call in each child process that is forked from now on."""
    os.register_at_fork(after_in_child=call)


def call_apart(call: "Callable[[], tuple[str, int]]") -> tuple[str, int]:
    """Return the text and the exit code that a call returns in a child process.

    What it starts does not become a child of this process, nor of a program that replaces this one.
    """
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os._exit(_call_and_write(call, writer))
    os.close(writer)
    with open(reader, encoding="utf-8") as pipe:
        text = pipe.read()
    return text, os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _call_and_write(call: "Callable[[], tuple[str, int]]", writer: int) -> int:
    try:
        text, exit_code = call()
        with open(writer, "w", encoding="utf-8") as pipe:
            pipe.write(text)
    except KeyboardInterrupt:
        return 130
    return exit_code


def become(command: tuple[str, ...], environment: "Mapping[str, str]") -> int:
    """Replace this process by a command, whose exit code and signals are its own; raises `OSError`."""
    import signal

    # Python ignores them, and the command would inherit that.
    for ignored in (signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(ignored, signal.SIG_DFL)
    os.execvpe(command[0], command, environment)


def defer_stop() -> None:
    """Let Ctrl-C, SIGTERM and the end of the terminal wait for `wait_for_stop`; to be called before a thread starts.

    They are waited for, not handled: a handler that sets an event hangs if it interrupts the wait for it.
    """
    import signal

    signal.pthread_sigmask(signal.SIG_BLOCK, stop_signals())


def wait_for_stop() -> None:
    """Return at Ctrl-C, at SIGTERM or when the terminal is closed, which may have come before."""
    import signal

    signal.sigwait(stop_signals())


def stop_signals() -> "set[signal.Signals]":
    """Return the signals that stop a program: of Ctrl-C, of `kill`, and of a terminal that is closed."""
    import signal

    stops = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
    # `nohup` ignores it, but one that is waited for arrives even so.
    return stops - ({signal.SIGHUP} if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN else set())


TYPE_CHECKING = False
if TYPE_CHECKING:
    import signal
    from collections.abc import Callable, Mapping
