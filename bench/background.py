"""The processes that callers leave running in a home, such as a broker: what they have cost, and their end."""

import os
import re
import select
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_END_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Usage:
    """What running processes have used so far: CPU, and the sum of their peaks of memory."""

    cpu_seconds: float = 0
    mebibytes: float = 0


def usage(home: Path) -> Usage:
    """Return what the processes of a home have used, one that ends meanwhile left out."""
    used = mebibytes = 0.0
    for pid in _processes(home):
        with suppress(OSError, TypeError):  # it has ended, or is about to
            peak = peak_mebibytes(pid)
            used += cpu_seconds(pid)
            mebibytes += peak
    return Usage(used, mebibytes)


def peak_mebibytes(pid: int) -> float:
    """Return the most memory that a process has held."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmHWM:\s*(\d+)", status)[1]) / 1024  # type: ignore[index]


def cpu_seconds(pid: int) -> float:
    """Return the CPU that a process has used."""
    return time.clock_gettime(_cpu_clock(pid))


def end(home: Path) -> None:
    """End the processes of a home, and return when they have ended."""
    for pid in _processes(home):
        with suppress(ProcessLookupError):
            process = os.pidfd_open(pid)
            try:
                signal.pidfd_send_signal(process, signal.SIGTERM)
                select.select([process], [], [], _END_SECONDS)
            finally:
                os.close(process)


def _processes(home: Path) -> Iterator[int]:
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if f"HOME={home}\0".encode() in (entry / "environ").read_bytes():
                yield int(entry.name)


def _cpu_clock(pid: int) -> int:
    """Return the clock of a process' CPU, as clock_getcpuclockid(3) does, which Python lacks; it has nanoseconds."""
    return (~pid << 3) | 2
