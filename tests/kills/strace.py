"""Kill a process at its n-th call of a system call, with strace's fault injection.

strace counts for each thread separately, so a point means the first thread that gets this far.
"""

import os
import platform
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest

# Calls with an effect outside of the process, or that wait; a kill elsewhere has the same result as before one of them.
CALLS = (
    "access", "bind", "clone", "clone3", "close", "connect", "dup2", "dup3", "exit_group",
    "faccessat2", "fchmod", "fchmodat", "flock", "fsync", "ftruncate", "listen",
    "mkdir", "mkdirat", "open", "openat", "poll", "ppoll", "read", "recvfrom", "rename", "renameat",
    "renameat2", "sendto", "socket", "unlink", "unlinkat", "vfork", "wait4", "write",
)  # fmt: skip

# Calls with an effect that other processes can see.
TELLING = (
    "bind", "clone3", "connect", "flock", "fsync", "recvfrom", "rename", "sendto",
    "unlink", "vfork", "write",
)  # fmt: skip
# With several threads, each line begins with the id of its thread.
LINE = re.compile(r"(?P<thread>\d* *)(?P<call>\w+)\(")
# The interpreter, its libraries and files about the machine: thousands are read, none is written.
PROGRAM = re.compile(
    rf"[<\"](/dev/|/etc/|/lib|/proc/|/sys/|/usr/|{sys.base_prefix}/|{sys.prefix}/)"
)

needs_strace = pytest.mark.skipif(
    shutil.which("strace") is None, reason="strace is not installed, so nothing can be killed"
)


@dataclass(frozen=True, slots=True, order=True)
class Point:
    """Where a process is killed: just before it calls `call` for the `nth` time."""

    call: str
    nth: int

    def __str__(self) -> str:
        return f"{self.call} {self.nth}"

    @property
    def prefix(self) -> tuple[str, ...]:
        """Return the command that runs another one, or joins a running one by ``-p``, and kills it here."""
        strike = f"inject={self.call}:signal=KILL:when={self.nth}"
        return ("strace", "-o", os.devnull, "-e", f"trace={self.call}", "-e", strike)


def recording(traces: Path) -> tuple[str, ...]:
    """Return the command that runs another one and records its calls."""
    calls = ",".join(f"?{call}" for call in CALLS)
    return ("strace", "-y", "-o", str(traces), "-e", f"trace={calls}", "-e", "signal=none")


def points(traces: Path) -> list[Point]:
    """Return the points of a recorded run, by call and number, except those at which it reads the program itself."""
    calls: Counter[tuple[str, str]] = Counter()
    found = set()
    for line in traces.read_text().splitlines():
        if match := LINE.match(line):
            kind = match["thread"], match["call"]
            calls[kind] += 1
            if not PROGRAM.search(line):
                found.add(Point(match["call"], calls[kind]))
    return sorted(found)


def chosen(
    found: Iterable[Point], *, calls: tuple[str, ...] = TELLING, first: bool = True
) -> list[Point]:
    """Return the usual points: the last, and the first, of each of `calls`.

    With ``KILLS=all`` in the environment, as ``make kills`` sets it, all points are chosen.
    """
    ordered = sorted(found)
    if os.environ.get("KILLS") == "all":
        return ordered
    last = {point.call: point for point in ordered}
    initial = {point.call: point for point in reversed(ordered)} if first else {}
    ends = {*last.values(), *initial.values()}
    return [point for point in ordered if point in ends and point.call in calls]


def versions() -> str:
    """Return the versions that the numbers of a sweep depend on."""
    printed = subprocess.run(["strace", "--version"], capture_output=True, text=True, check=True)
    strace = printed.stdout.splitlines()[0]
    return f"{strace}, Python {platform.python_version()}, {platform.system()} {platform.release()}"
