"""Who asks: the program that runs us, by the name a person knows it by."""

import os

_SHELLS = frozenset({"sh", "bash", "dash", "zsh", "ksh", "fish", "busybox"})


def program() -> str:
    """Name the program that called us; a shell that only passes a command on (``sh -c``) is looked through."""
    process = os.getppid()
    name, parent = _name_and_parent(process)
    if name in _SHELLS and b"\0-c\0" in _read(f"/proc/{process}/cmdline"):
        name, _ = _name_and_parent(parent)
    return "".join(letter if letter.isprintable() else "?" for letter in name)[:32] or "a program"


def waits_without_limit() -> bool:
    """Return whether our caller gives a person all the time they need, as botocore and the AWS CLI do.

    A program that has Python in it, such as the installer's SAM CLI, is taken to call us through botocore.
    """
    process = os.getppid()
    try:
        executable = os.path.basename(os.readlink(f"/proc/{process}/exe"))
    except OSError:
        return False
    return executable.startswith("python") or executable == "aws" or _has_python(process)


def _has_python(process: int) -> bool:
    """Return whether a process has loaded Python's library: PyInstaller, Nuitka and cx_Freeze bring it along."""
    try:
        with open(f"/proc/{process}/maps", "rb") as maps:
            return any(b"/libpython" in line for line in maps)
    except OSError:
        return False  # another user's, or one that may not be looked into


def _name_and_parent(process: int) -> tuple[str, int]:
    # "PID (NAME) STATE PPID …", where the name may hold anything, brackets and spaces too (proc(5)).
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
