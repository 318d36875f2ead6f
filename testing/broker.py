"""A broker under the control of a test: started like `launcher` does, under strace; or joined while it runs."""

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from credential_process.client import launcher
from credential_process.stores import field_files
from testing import processes
from testing.events import until
from testing.executable import PATH, Executable
from testing.home import Home

# Descriptor 3 is the held start.lock, as the broker expects it.
START = 'exec 3<>"$0/start.lock"; flock 3; exec "$@"'


def start(get: Executable, host_folder: Path, prefix: tuple[str, ...]) -> "subprocess.Popen[bytes]":
    """Start the broker of a host folder; `prefix` is a command that runs another one."""
    broker = (sys.executable, "-E", str(PATH), "broker", str(host_folder))
    strace = subprocess.Popen(
        ["sh", "-c", START, str(host_folder), *prefix, *broker],
        env=launcher.environment(get.environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    locks = [host_folder / name for name in ("start.lock", "broker.lock")]
    # A caller that came before it had the lock would start another broker.
    until(lambda: any(map(is_held, locks)) or strace.poll() is not None, "it starts")
    return strace


def is_held(lock: Path) -> bool:
    """Return whether a process holds a lock."""
    with lock.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def ended(strace: "subprocess.Popen[bytes]") -> bool:
    """Return whether a broker that was started under strace has ended; if not, end it now."""
    children = _children(strace.pid)
    try:
        for child in children:  # strace would not end before it
            processes.kill(child)
    except ProcessLookupError:
        return True
    return not children


def _children(parent: int) -> list[int]:
    """Return the children of a process. ``/proc/PID/task/TID/children`` may leave some out (proc(5))."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, ppid, *_ = status.read_text().rpartition(")")[2].split()
        except (OSError, ValueError):
            continue
        if int(ppid) == parent and state != "Z":
            found.append(int(status.parent.name))
    return found


def process_id(home: Home) -> int:
    """Return the process id that the last broker has written."""
    (path,) = home.host_files("broker.info")
    return int((field_files.read(str(path)) or {})["pid"])


def workers(broker: int) -> list[int]:
    """Return the broker's threads except the one that reads the mailbox."""
    return [int(thread) for thread in os.listdir(f"/proc/{broker}/task") if int(thread) != broker]


@contextmanager
def joined(prefix: tuple[str, ...], threads: list[int]) -> Iterator["subprocess.Popen[str]"]:
    """Make strace join these threads, and leave them at the end."""
    pairs = [word for thread in threads for word in ("-p", str(thread))]
    with subprocess.Popen([*prefix, *pairs], stderr=subprocess.PIPE, text=True) as strace:
        assert strace.stderr is not None
        said = [strace.stderr.readline() for _ in threads]
        assert all(" attached" in line for line in said), said
        yield strace
        strace.terminate()
