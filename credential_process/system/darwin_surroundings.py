"""The surroundings of this process on macOS: the calling program, the user's browser, the machine.

This runs programs of the system, and does not use libproc or a framework through `ctypes`: a wrong signature there
crashes the process, while a wrong option here only leaves an answer empty; and importing `ctypes` takes as long as
running one of them.
"""

import sys

assert sys.platform != "win32"  # so early that mypy reads none of the imports below for Windows


import fcntl
import os
import select

from credential_process.system.posix_surroundings import (
    SHELLS,
    bind,
    host_name,
    is_closed_pipe,
    open_terminal,
    printable_name,
    python_browser_command,
    terminal_session,
    write_to_terminal,
)

__all__ = (
    "BROWSERS_OF_PYTHON", "SHELLS", "bind", "browser_command", "calling_program", "calling_program_waits",
    "has_desktop", "host_label", "host_name", "is_closed_pipe", "machine_id", "network_id", "open_terminal",
    "terminal_session", "write_to_terminal",
)  # fmt: skip

# Names that `webbrowser` knows although no program has them.
BROWSERS_OF_PYTHON = frozenset({"macosx", "chrome", "firefox", "safari"})
# By their full paths, since a caller's PATH may contain anything.
_PS = ("/bin/ps", "-ww")
_LAUNCHCTL = "/bin/launchctl"
_SYSCTL = "/usr/sbin/sysctl"
_OPEN = "/usr/bin/open"
_LONGEST_ANSWER_SECONDS = 5
_MOST_BYTES = 65536
# Programs that contain Python and botocore: those of the installers of the AWS CLI and the SAM CLI.
_FROZEN = frozenset({"aws", "sam"})


def calling_program() -> str:
    """Return the name of the program that called, as its user knows it.

    A shell that only passes a command on (``sh -c``) is skipped: its own caller is named.
    """
    process = os.getppid()
    name, parent = _name_and_parent(process)
    if name in SHELLS and " -c " in _output(*_PS, "-o", "args=", "-p", str(process)):
        name, _ = _name_and_parent(parent)
    return printable_name(name)


def calling_program_waits() -> bool:
    """Return whether the caller waits for its user without a limit, as botocore and the AWS CLI do."""
    name, _ = _name_and_parent(os.getppid())
    # The interpreter of a framework build, as those of python.org and Homebrew are, is called `Python`.
    return name.lower().startswith("python") or name in _FROZEN


def _name_and_parent(process: int) -> tuple[str, int]:
    # One option for each field: in `ppid=,comm=` BSD's ps takes the rest after the first = for a header.
    answer = _output(*_PS, "-o", "ppid=", "-o", "comm=", "-p", str(process))
    parent, _, command = answer.strip().partition(" ")
    # The command is a path, with blanks in it where the path has some, and `-zsh` for a login shell.
    name = os.path.basename(command.strip()).removeprefix("-")
    return name, int(parent) if parent.isdecimal() else 0


def has_desktop(environment: "Mapping[str, str]") -> bool:  # noqa: ARG001  other systems look there
    """Return whether a browser that is opened here has a screen.

    launchd names the session that a process belongs to: ``Aqua`` is that of a desktop, and a daemon, a cron job or an
    SSH session has another.
    """
    return _output(_LAUNCHCTL, "managername").strip() == "Aqua"


def browser_command(url: str, environment: "Mapping[str, str]") -> tuple[str, ...]:
    """Return the command that opens a page in the user's browser."""
    return python_browser_command(url) if environment.get("BROWSER") else (_OPEN, url)


def host_label() -> str:
    """Return the name of this machine's folder for users; not its host name, which changes with the network."""
    return "mac"


_machine_id = ""


def machine_id() -> str:
    """Return the UUID of this Mac since it was started, or its name if that cannot be found out.

    Not `kern.uuid`, which identifies the build of the kernel, nor the UUID of the hardware, for which `ioreg` walks
    through a tree of devices. It may change at a restart, because no broker or page outlives that.
    """
    global _machine_id  # noqa: PLW0603  it never changes, and finding it out takes milliseconds
    if not _machine_id:
        _machine_id = _output(_SYSCTL, "-n", "kern.bootsessionuuid").strip() or host_name()
    return _machine_id


def network_id() -> str:
    """Return an empty text: all processes share one network."""
    return ""


def _output(*command: str) -> str:
    """Return what a program prints; empty if it fails.

    Without `subprocess`, whose import takes longer than the program.
    """
    try:
        read, write = os.pipe()
    except OSError:
        return ""
    try:
        process = _start(command, write)
    except OSError:
        os.close(read)
        return ""
    try:
        answer = _read_all(read)
    except TimeoutError:
        answer = b""
        os.kill(process, 9)
    finally:
        os.close(read)
    try:
        _, status = os.waitpid(process, 0)
    except ChildProcessError:  # the host program ignores SIGCHLD, or waits for all its children
        status = 0
    return answer.decode("utf-8", "replace") if status == 0 else ""


def _start(command: tuple[str, ...], write: int) -> int:
    """Start a program that writes into a pipe, whose end is closed here; return its process id."""
    # Above 2: to duplicate a descriptor to itself is an error in posix_spawn(2) of macOS, if the caller has closed 1.
    output = fcntl.fcntl(write, fcntl.F_DUPFD_CLOEXEC, 3)
    os.close(write)
    try:
        return os.posix_spawn(
            command[0],
            command,
            {"LC_CTYPE": "UTF-8"},
            file_actions=[
                (os.POSIX_SPAWN_DUP2, output, 1),
                (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
            ],
        )
    finally:
        os.close(output)


def _read_all(descriptor: int) -> bytes:
    """Read until the end; raises `TimeoutError`."""
    answer = b""
    more = select.poll()
    more.register(descriptor, select.POLLIN)
    while len(answer) < _MOST_BYTES:
        if not more.poll(_LONGEST_ANSWER_SECONDS * 1000):
            raise TimeoutError
        part = os.read(descriptor, 4096)
        if not part:
            break
        answer += part
    return answer


TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
