"""What surrounds this process: the calling program, the user's terminal and browser, the host and its network."""

import os
import sys

assert sys.platform != "win32"

_SHELLS = frozenset({"sh", "bash", "dash", "zsh", "ksh", "fish", "busybox"})
# Descriptors that the caller lets its children inherit must not stay open for as long as the browser runs.
_OPEN = "import os, sys, webbrowser; os.closerange(3, os.sysconf('SC_OPEN_MAX')); webbrowser.open(sys.argv[1])"
# Under WSL: the browser of Windows, which reaches the listener through its own 127.0.0.1.
_WINDOWS = "/mnt/c/Windows/System32/rundll32.exe"


def calling_program() -> str:
    """Return the name of the program that called, as its user knows it.

    A shell that only passes a command on (``sh -c``) is skipped: its own caller is named.
    """
    process = os.getppid()
    name, parent = _name_and_parent(process)
    if name in _SHELLS and b"\0-c\0" in _read(f"/proc/{process}/cmdline"):
        name, _ = _name_and_parent(parent)
    return "".join(letter if letter.isprintable() else "?" for letter in name)[:32] or "a program"


def calling_program_waits() -> bool:
    """Return whether the caller gives a user all the time they need, as botocore and the AWS CLI do.

    A program that contains Python, such as the SAM CLI of the installer, is taken to call through botocore.
    """
    process = os.getppid()
    try:
        executable = os.path.basename(os.readlink(f"/proc/{process}/exe"))
    except OSError:
        return False
    return executable.startswith("python") or executable == "aws" or _has_python(process)


def _has_python(process: int) -> bool:
    """Return whether a process has loaded Python's library: PyInstaller, Nuitka and cx_Freeze bundle it."""
    try:
        with open(f"/proc/{process}/maps", "rb") as maps:
            return any(b"/libpython" in line for line in maps)
    except OSError:
        return False  # another user's, or one that may not be inspected


def _name_and_parent(process: int) -> tuple[str, int]:
    # "PID (NAME) STATE PPID …", where the name may contain anything, brackets and spaces too (proc(5)).
    head, _, tail = _read(f"/proc/{process}/stat").rpartition(b")")
    words = tail.split()
    name = head.partition(b"(")[2].decode("utf-8", "replace")
    return name, int(words[1]) if len(words) > 1 else 0


def _read(path: str) -> bytes:
    try:
        with open(path, "rb", buffering=0) as file:
            return file.read(4096)
    except OSError:
        return b""


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


def has_desktop(environment: "Mapping[str, str]", platform: str = sys.platform) -> bool:
    """Return whether a browser that is opened here has a screen."""
    return (
        platform == "darwin"
        or _is_windows_behind(environment)
        or bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))
    )


def _is_windows_behind(environment: "Mapping[str, str]") -> bool:
    """Return whether this is Linux under Windows (WSL), whose user has a browser of Windows."""
    return bool(environment.get("WSL_DISTRO_NAME") or environment.get("WSL_INTEROP"))


def browser_command(url: str, environment: "Mapping[str, str]") -> tuple[str, ...]:
    """Return the command that opens a page in the user's browser."""
    if _is_windows_behind(environment) and not environment.get("BROWSER"):
        return (_WINDOWS, "url.dll,FileProtocolHandler", url)
    return (sys.executable, "-I", "-c", _OPEN, url)


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


def machine_id() -> str:
    """Return the content of machine-id(5); empty where there is none, as in most containers."""
    try:
        descriptor = os.open("/etc/machine-id", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return ""
    try:
        return os.fsdecode(os.read(descriptor, 64)).strip()
    except OSError:
        return ""
    finally:
        os.close(descriptor)


def network_id() -> str:
    """Return the number of this process's network namespace (network_namespaces(7)); empty where there are none."""
    try:
        return str(os.stat("/proc/self/ns/net").st_ino)
    except OSError:
        return ""


TYPE_CHECKING = False
if TYPE_CHECKING:
    import socket
    from collections.abc import Mapping
    from typing import Any
