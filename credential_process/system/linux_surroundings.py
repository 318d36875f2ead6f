"""The surroundings of this process on Linux: the calling program, the user's browser, the machine and its network."""

import sys

assert sys.platform != "win32"  # so early that mypy reads none of the imports below for Windows


import os

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

# Names that `webbrowser` knows although no program has them: none on this system.
BROWSERS_OF_PYTHON: "frozenset[str]" = frozenset()
# Its path on a drive of Windows; it opens an address in the user's browser.
_RUNDLL32 = "Windows/System32/rundll32.exe"


def calling_program() -> str:
    """Return the name of the program that called, as its user knows it.

    A shell that only passes a command on (``sh -c``) is skipped: its own caller is named.
    """
    process = os.getppid()
    name, parent = _name_and_parent(process)
    if name in SHELLS and b"\0-c\0" in _read(f"/proc/{process}/cmdline"):
        name, _ = _name_and_parent(parent)
    return printable_name(name)


def calling_program_waits() -> bool:
    """Return whether the caller waits for its user without a limit, as botocore and the AWS CLI do.

    A program that contains Python, such as the SAM CLI of the installer, is assumed to use botocore.
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


def has_desktop(environment: "Mapping[str, str]") -> bool:
    """Return whether a browser that is opened here has a screen."""
    has_screen = bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))
    return has_screen or bool(_windows_opener(environment))


def browser_command(url: str, environment: "Mapping[str, str]") -> tuple[str, ...]:
    """Return the command that opens a page in the user's browser.

    The browser of Windows reaches the listener through its own 127.0.0.1.
    """
    opener = "" if environment.get("BROWSER") else _windows_opener(environment)
    return (opener, "url.dll,FileProtocolHandler", url) if opener else python_browser_command(url)


def _windows_opener(environment: "Mapping[str, str]") -> str:
    """Return the Windows program that opens pages, on Linux under Windows (WSL); empty if there is none.

    The drives of Windows are mounted below a folder that wsl.conf(5) names, or in folders that the user has chosen.
    """
    if not (environment.get("WSL_DISTRO_NAME") or environment.get("WSL_INTEROP")):
        return ""
    try:
        with open("/proc/self/mounts", "rb") as mounts:
            programs = [_program_of_drive(os.fsdecode(line)) for line in mounts]
    except OSError:
        return ""
    return next((program for program in programs if os.path.exists(program)), "")


def _program_of_drive(mount: str) -> str:
    """Return the path of the program on the drive that a line describes; empty if it is not a Windows drive."""
    device, _, rest = mount.partition(" ")
    # `C:` is WSL 1's, a backslash follows in WSL 2, and a drive that was mounted by hand may have `drvfs`.
    if device[1:2] != ":" and device != "drvfs":
        return ""
    # A blank or a backslash is written as three octal digits there.
    head, *parts = rest.partition(" ")[0].split("\\")
    place = head + "".join(chr(int(part[:3], 8)) + part[3:] for part in parts)
    return os.path.join(place, _RUNDLL32)


def host_label() -> str:
    """Return the name of this machine's folder for users."""
    return host_name()


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
    from collections.abc import Mapping
