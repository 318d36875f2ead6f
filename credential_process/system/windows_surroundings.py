"""The surroundings of this process: the calling program, the user's console and browser, the host."""

import ctypes
import os
import sys
from ctypes import wintypes

from credential_process.system import flags

assert sys.platform == "win32"

# The `.exe` that pip makes starts Python, and waits for it.
_OURS = "sso-credential-process"
_SHELL = "cmd"
SHELLS = frozenset({_SHELL, "powershell", "pwsh", "bash"})
# Names that `webbrowser` knows although no program has them.
BROWSERS_OF_PYTHON = frozenset({"windows-default"})
# Programs with windows: a shell below one of them was started by its user, and does not only pass a command on.
_DESKTOPS = frozenset({"explorer", "windowsterminal", "openconsole", "conhost", "sshd"})
_MOST_CALLERS = 8
_PROCESSES = 0x2
_OPEN = (
    "import os, sys, webbrowser; "
    "webbrowser.open(sys.argv[1]) if os.environ.get('BROWSER') else os.startfile(sys.argv[1])"
)
_CLOSED_PIPE = 22  # EINVAL
_LONGEST_HOST_NAME = 15


def calling_program() -> str:
    """Return the name of the program that called, as its user knows it.

    The product's own ``.exe``, the ``python.exe`` of a venv, and a `cmd` that only passes a command on are skipped.
    """
    name = _caller()
    return "".join(letter if letter.isprintable() else "?" for letter in name)[:32] or "a program"


def calling_program_waits() -> bool:
    """Return whether the caller waits for its user without a limit, as botocore and the AWS CLI do."""
    name = _caller()
    return name.startswith("python") or name == "aws"


def _caller() -> str:
    """Return the name of the calling program in lower case; empty if it has ended."""
    names = _ancestors()
    if _OURS in names[:2]:
        names = names[names.index(_OURS) + 1 :]
    elif sys.prefix != sys.base_prefix and names and names[0].startswith("python"):
        names = names[1:]
    if names[:1] == [_SHELL] and len(names) > 1 and names[1] not in _DESKTOPS:
        names = names[1:]
    return names[0] if names else ""


class _Process(ctypes.Structure):
    """PROCESSENTRY32W of tlhelp32.h."""

    _fields_ = (
        ("size", wintypes.DWORD),
        ("usage", wintypes.DWORD),
        ("id", wintypes.DWORD),
        ("heap", ctypes.c_size_t),
        ("module", wintypes.DWORD),
        ("threads", wintypes.DWORD),
        ("parent", wintypes.DWORD),
        ("priority", wintypes.LONG),
        ("flags", wintypes.DWORD),
        ("name", wintypes.WCHAR * 260),
    )


def _ancestors() -> list[str]:
    """Return the names of the processes above this one, the nearest first, in lower case and without ``.exe``."""
    kernel = _kernel()
    snapshot = kernel.CreateToolhelp32Snapshot(_PROCESSES, 0)
    found = {}
    try:
        entry = _Process(size=ctypes.sizeof(_Process))
        more = kernel.Process32FirstW(snapshot, ctypes.byref(entry))
        while more:
            found[entry.id] = (entry.parent, entry.name)
            more = kernel.Process32NextW(snapshot, ctypes.byref(entry))
    finally:
        kernel.CloseHandle(snapshot)
    names: list[str] = []
    process, _ = found.pop(os.getpid(), (0, ""))
    # Each is removed, since the id of a parent that has ended may now belong to one of its descendants.
    while process in found and len(names) < _MOST_CALLERS:
        process, name = found.pop(process)
        names.append(name.lower().removesuffix(".exe"))
    return names


def _kernel() -> "ctypes.WinDLL":
    kernel = ctypes.WinDLL("kernel32")
    kernel.CreateToolhelp32Snapshot.restype = wintypes.HANDLE
    kernel.GetConsoleWindow.restype = wintypes.HWND
    kernel.CloseHandle.argtypes = (wintypes.HANDLE,)
    for function in (kernel.Process32FirstW, kernel.Process32NextW):
        function.argtypes = (wintypes.HANDLE, ctypes.c_void_p)
    return kernel


def open_terminal() -> int | None:
    """Return a descriptor of the console, whatever stdin, stdout and stderr are; None without one."""
    try:
        return os.open("CONOUT$", flags.READ_AND_WRITE)
    except OSError:
        return None  # an IDE, a service: nothing unusual


def write_to_terminal(descriptor: int, content: bytes) -> None:  # noqa: ARG001
    """Write to the console; raises `OSError`.

    Not to the descriptor, which would decode the bytes by the code page of the console.
    """
    with open("CONOUT$", "wb", buffering=0) as console:
        while content:
            content = content[console.write(content) :]


def is_closed_pipe(error: OSError) -> bool:
    """Return whether a write has failed because no process reads the pipe any more."""
    return isinstance(error, BrokenPipeError) or error.errno == _CLOSED_PIPE


def terminal_session() -> str:
    """Return the window of the console, which its processes share."""
    return str(_kernel().GetConsoleWindow() or 0)


def has_desktop(environment: "Mapping[str, str]") -> bool:  # noqa: ARG001  POSIX looks there
    """Return whether a browser that is opened here has a screen: services run in session 0, which has none."""
    session = wintypes.DWORD()
    is_known = _kernel().ProcessIdToSessionId(os.getpid(), ctypes.byref(session))
    return not is_known or session.value != 0


def browser_command(url: str, environment: "Mapping[str, str]") -> tuple[str, ...]:  # noqa: ARG001
    """Return the command that opens a page in the user's browser."""
    return (sys.executable, "-IS", "-c", _OPEN, url)


def bind(listener: "socket.socket", address: "tuple[Any, ...]") -> None:
    """Bind a socket to a port that no other process can listen on then; raises `OSError` where it is taken."""
    import socket

    # With SO_REUSEADDR, any user could listen on the same port, and receive the authorization code.
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
    listener.bind(address)


def host_name() -> str:
    """Return the name of this machine.

    Not `COMPUTERNAME`: a program that sets this variable would use another broker.
    """
    name = ctypes.create_unicode_buffer(_LONGEST_HOST_NAME + 1)
    length = wintypes.DWORD(len(name))
    is_known = _kernel().GetComputerNameW(name, ctypes.byref(length))
    return (name.value if is_known else "") or "localhost"


def host_label() -> str:
    """Return the name of this machine's folder for users."""
    return host_name()


def machine_id() -> str:
    """Return nothing: the names of the machines that share the profiles of a domain differ."""
    return ""


def network_id() -> str:
    """Return nothing: all processes of a machine share its network."""
    return ""


TYPE_CHECKING = False
if TYPE_CHECKING:
    import socket
    from collections.abc import Mapping
    from typing import Any
