"""Start and end Windows processes for tests that run on Linux: the program inside Wine, used by `wine.py`.

Its methods are called over XML-RPC; it first prints its address. Standard library only.
"""

from __future__ import annotations

import _winapi
import ctypes
import os
import subprocess
import sys
from typing import TYPE_CHECKING
from xmlrpc.server import SimpleXMLRPCServer

if TYPE_CHECKING:
    from collections.abc import Callable

assert sys.platform == "win32"

_TERMINATE, _SUSPEND_RESUME = 0x1, 0x800
_KILLED = 1  # the exit code that the Task Manager sets
# What Wine's CreateProcess reports about a process that ended before it ran its program.
_INTERNAL_ERROR = 1359


class Agent:
    """Holds the processes that it started, by their ids."""

    def __init__(self) -> None:
        self._started: dict[int, subprocess.Popen[bytes]] = {}

    def start(self, command: list[str] | str, environment: dict[str, str], folder: str) -> int:
        """Start a process with little more in its environment than this; return its id.

        A command that is a string is passed on unchanged, as a command line of Windows.
        """
        inherited = {
            name: os.environ[name] for name in ("SYSTEMROOT", "COMSPEC", "TEMP", "TMP", "PATHEXT")
        }

        def begin() -> subprocess.Popen[bytes]:
            return subprocess.Popen(
                command,
                env={**inherited, **environment},
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )

        process = _again_if_lost(begin)
        self._started[process.pid] = process
        return process.pid

    def wait(self, process_id: int, seconds: float) -> tuple[int, bytes, bytes] | None:
        """Return exit code, stdout and stderr of a process, or None if it has not ended in these seconds."""
        try:
            stdout, stderr = self._started[process_id].communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            return None
        exit_code = ctypes.c_int32(self._started.pop(process_id).returncode).value
        return exit_code, stdout, stderr

    def terminate(self, process_id: int) -> None:
        """Kill any process; raises OSError."""
        with _Handle(process_id, _TERMINATE) as handle:
            _winapi.TerminateProcess(handle, _KILLED)

    def suspend(self, process_id: int) -> None:
        """Stop all threads of a process, until it is killed."""
        with _Handle(process_id, _SUSPEND_RESUME) as handle:
            ctypes.WinDLL("ntdll").NtSuspendProcess(ctypes.c_void_p(handle))

    def terminate_all(self) -> None:
        """Kill the started processes that were not waited for."""
        while self._started:
            _, process = self._started.popitem()
            process.kill()


def _again_if_lost(begin: Callable[[], subprocess.Popen[bytes]]) -> subprocess.Popen[bytes]:
    """Start a process; Wine may lose one before it has run anything of its program, so start it again then."""
    try:
        return begin()
    except OSError as error:
        if error.winerror != _INTERNAL_ERROR:
            raise
    print("Wine lost a process before it ran its program", file=sys.stderr)
    return begin()


class _Handle:
    def __init__(self, process_id: int, rights: int) -> None:
        self._handle = _winapi.OpenProcess(rights, False, process_id)  # noqa: FBT003

    def __enter__(self) -> int:
        return self._handle

    def __exit__(self, *_: object) -> None:
        _winapi.CloseHandle(self._handle)


def main() -> None:
    """Serve until this process is killed."""
    # Wine's desktop is started by the first process that needs one, and keeps the pipes that it inherits for as long
    # as there is any other such process: this one, and not one whose output is read to the end.
    ctypes.WinDLL("user32").GetDesktopWindow()
    address = ("127.0.0.1", 0)
    server = SimpleXMLRPCServer(address, logRequests=False, allow_none=True, use_builtin_types=True)
    server.register_instance(Agent())
    print(f"http://127.0.0.1:{server.server_address[1]}/", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
