"""Programs that outlive the caller that starts them, how they detach from it, and child processes."""

import _winapi
import contextlib
import errno
import msvcrt
import os
import shutil
import signal
import subprocess
import sys
import time

assert sys.platform == "win32"

GAVE_UP = 70  # the exit code of a broker that reports in its log why it has failed
_LOCK = "SSO_CREDENTIAL_PROCESS_LOCK"  # the handle of the lock that a started program holds
_BREAKAWAY_FROM_JOB = 0x01000000
_APPEND_DATA, _SYNCHRONIZE, _SHARE_ALL, _OPEN_ALWAYS = 0x4, 0x100000, 7, 4
_SYNCHRONIZE_AND_QUERY = 0x100000 | 0x1000
_LOOK_SECONDS = 0.5

# By their process ids: while a handle is open, the system gives its id to no other process.
_started: dict[int, int] = {}


def start(
    command: tuple[str, ...],
    environment: "Mapping[str, str]",
    *,
    log: str = "",
    lock: int | None = None,
) -> int:
    """Start a program without the console of its caller, outside of the caller's job if that allows it; return its id.

    Its stdin and stdout are NUL, and so is its stderr without a `log` to append to. It only inherits the handle of a
    held `lock`, which it keeps until it calls `release_inherited_lock`. Raises `OSError`.
    """
    with contextlib.ExitStack() as opened:
        output = subprocess.DEVNULL
        if log:
            output = _open_log(log)
            opened.callback(os.close, output)
        try:
            process = _spawn(command, environment, output, lock, _BREAKAWAY_FROM_JOB)
        except PermissionError:  # its job does not allow a process to leave
            process = _spawn(command, environment, output, lock, 0)
    _started[process.pid] = _winapi.OpenProcess(_SYNCHRONIZE_AND_QUERY, False, process.pid)  # noqa: FBT003
    process.returncode = 0  # not waited for here: `Popen` would warn that it is still running
    return process.pid


def _spawn(
    command: tuple[str, ...],
    environment: "Mapping[str, str]",
    output: int,
    lock: int | None,
    leave_job: int,
) -> "subprocess.Popen[bytes]":
    with contextlib.ExitStack() as opened:
        inherited = []
        if lock is not None:
            inherited.append(_inheritable(lock))
            opened.callback(_winapi.CloseHandle, inherited[0])
            environment = {**environment, _LOCK: str(inherited[0])}
        return subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=output,
            creationflags=subprocess.CREATE_NO_WINDOW
            | subprocess.CREATE_NEW_PROCESS_GROUP
            | leave_job,
            startupinfo=subprocess.STARTUPINFO(lpAttributeList={"handle_list": inherited}),
        )


def _inheritable(handle: int) -> int:
    """Return a second handle that child processes inherit.

    It is closed as soon as the program has started: a program that another thread starts meanwhile, with all handles
    that can be inherited, would hold the lock for as long as it runs.
    """
    here = _winapi.GetCurrentProcess()
    same_access = _winapi.DUPLICATE_SAME_ACCESS
    return _winapi.DuplicateHandle(here, handle, here, 0, True, same_access)  # noqa: FBT003


def _open_log(path: str) -> int:
    """Open a log so that it can still be renamed: in a venv, the launcher of Python keeps its stderr until it ends."""
    handle = _winapi.CreateFile(
        path,
        _APPEND_DATA | _SYNCHRONIZE,
        *(_SHARE_ALL, _winapi.NULL, _OPEN_ALWAYS, 0, _winapi.NULL),
    )
    return msvcrt.open_osfhandle(handle, os.O_APPEND | os.O_NOINHERIT)


def without_inheritance(command: tuple[str, ...]) -> tuple[str, ...]:
    """Return the command: `start` lets no program inherit anything."""
    return command


def exit_code(process_id: int) -> int | None:
    """Return the exit code of a program that `start` started; None while it runs, negative if it was killed.

    The program that kills a process chooses its exit code, so only 0 and `GAVE_UP` are certainly its own.
    """
    handle = _started.get(process_id)
    if handle is None:
        return -1
    if _winapi.WaitForSingleObject(handle, 0) != _winapi.WAIT_OBJECT_0:
        return None
    code = _winapi.GetExitCodeProcess(handle)
    _winapi.CloseHandle(_started.pop(process_id))
    return code if code in {0, GAVE_UP} else -1


def detach() -> None:
    """Leave the folder of the caller, which otherwise could not be removed; nothing else is inherited from it."""
    os.chdir(os.environ.get("SYSTEMROOT", "\\"))


def release_inherited_lock() -> None:
    """Release the lock that was inherited from the program which started this one."""
    lock = os.environ.pop(_LOCK, "")
    if lock:
        _winapi.CloseHandle(int(lock))


def descriptor_limit() -> int | None:
    """Return None: no limit on handles is ever reached."""
    return None


def call_in_forked_child(call: "Callable[[], None]") -> None:
    """Do nothing: no process forks here."""


def call_apart(call: "Callable[[], tuple[str, int]]") -> tuple[str, int]:
    """Return the text and the exit code that a call returns; no other program replaces this process later."""
    return call()


def become(command: tuple[str, ...], environment: "Mapping[str, str]") -> int:
    """Run a command in place of this process, and return its exit code; raises `OSError`.

    Ctrl-C and Ctrl-Break reach both, and are for the command alone. Nothing can replace a process here: after
    `os.execv`, the program that waits for this one would see its end at once, and no exit code.
    """
    program = shutil.which(command[0], path=environment.get("PATH"))
    if program is None:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), command[0])
    for ignored in (signal.SIGINT, signal.SIGBREAK):
        signal.signal(ignored, signal.SIG_IGN)
    code = subprocess.call([program, *command[1:]], env=environment, close_fds=False)
    return code if code < 1 << 31 else code - (1 << 32)  # `sys.exit` takes a signed number


def defer_stop() -> None:
    """Let Ctrl-Break stop this process as Ctrl-C does."""
    signal.signal(signal.SIGBREAK, signal.default_int_handler)


def stop_signals() -> set[signal.Signals]:
    """Return the signals that stop a program: of Ctrl-C, and of Ctrl-Break."""
    return {signal.SIGINT, signal.SIGBREAK}


def wait_for_stop() -> None:
    """Return at Ctrl-C or Ctrl-Break."""
    # An unlimited wait for anything else would not be interrupted.
    with contextlib.suppress(KeyboardInterrupt):
        while True:
            time.sleep(_LOOK_SECONDS)


TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
