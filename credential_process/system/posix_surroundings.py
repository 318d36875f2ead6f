"""What Linux and macOS share of a process's surroundings: the terminal, the browser that Python finds, names."""

import sys

assert sys.platform != "win32"


import os

SHELLS = frozenset({"sh", "bash", "dash", "zsh", "ksh", "fish", "busybox"})
# Descriptors that the caller lets its children inherit must not stay open for as long as the browser runs. Nothing of
# this package is imported there: the interpreter is isolated, and runs no code of the packages beside it.
_OPEN = """\
import os, sys, webbrowser
try:
    last = max(map(int, os.listdir("/dev/fd")))
except (OSError, ValueError):
    last = 65535
os.closerange(3, last + 1)
webbrowser.open(sys.argv[1])
"""


def printable_name(program: str) -> str:
    """Return the name of a program as it is shown to its user."""
    return (
        "".join(letter if letter.isprintable() else "?" for letter in program)[:32] or "a program"
    )


def open_terminal() -> int | None:
    """Return a descriptor of the controlling terminal, whatever stdin, stdout and stderr are; None without one."""
    try:
        return os.open("/dev/tty", os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None  # an IDE, a service, a container: nothing unusual


def write_to_terminal(descriptor: int, content: bytes) -> None:
    """Write to the terminal, also from its background; raises `OSError`."""
    import signal  # 1 ms, and only where a user is asked

    # In the background of a terminal with `stty tostop` the write would stop this process.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTTOU})
    try:
        os.write(descriptor, content)
    finally:
        # The program that called as a library keeps its own mask.
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def is_closed_pipe(error: OSError) -> bool:
    """Return whether a write has failed because no process reads the pipe any more."""
    return isinstance(error, BrokenPipeError)


def terminal_session() -> str:
    """Return the id of the session of processes that shares the terminal."""
    return str(os.getsid(0))


def python_browser_command(url: str) -> tuple[str, ...]:
    """Return the command that opens a page as Python's `webbrowser` does, which follows ``$BROWSER``."""
    return (sys.executable, "-IS", "-c", _OPEN, url)


def bind(listener: "socket.socket", address: "tuple[Any, ...]") -> None:
    """Bind a socket to a port that no other user can listen on then; raises `OSError` where it is taken.

    A broker that takes over listens on the port that the browser knows, whose last owner has just died.
    """
    import socket

    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(address)


def host_name() -> str:
    """Return the name of this machine."""
    return os.uname().nodename or "localhost"


TYPE_CHECKING = False
if TYPE_CHECKING:
    import socket
    from typing import Any
