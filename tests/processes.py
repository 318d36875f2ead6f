"""The processes that belong to a test: those whose HOME lies in its folder."""

import os
import select
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.events import until


def of(folder: Path) -> dict[int, str]:
    """Return the living processes, by id with their command lines, whose HOME is in `folder`."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            with suppress(OSError):
                if _lives_in(entry, folder):
                    found[int(entry.name)] = _command_line(entry)
    return found


def last(folder: Path) -> int:
    """Return the process that stays, the broker, once the others have ended; a browser may take its time."""
    until(lambda: len(of(folder)) == 1, "only the broker is left")
    (broker,) = of(folder)
    return broker


def end(folder: Path) -> None:
    """End every process of `folder`, and return when all are gone."""
    while processes := of(folder):
        for process in processes:
            with suppress(ProcessLookupError), _handle(process) as handle:
                # The handle names one process for ever; make sure that it is still the right one.
                if process in of(folder) and not _ends(handle, signal.SIGTERM):
                    _ends(handle, signal.SIGKILL)


def kill(process: int) -> None:
    """Kill a process without a warning, and return when the kernel has closed what it had open."""
    with _handle(process) as handle:
        assert _ends(handle, signal.SIGKILL)


@contextmanager
def _handle(process: int) -> Iterator[int]:
    handle = os.pidfd_open(process)
    try:
        yield handle
    finally:
        os.close(handle)


def _ends(handle: int, sign: signal.Signals) -> bool:
    signal.pidfd_send_signal(handle, sign)
    # A stopped process hears nothing until it goes on; one that has ended meanwhile may be reaped already.
    with suppress(ProcessLookupError):
        signal.pidfd_send_signal(handle, signal.SIGCONT)
    return bool(select.select([handle], [], [], 5)[0])


def _lives_in(entry: Path, folder: Path) -> bool:
    for pair in (entry / "environ").read_bytes().split(b"\0"):
        if pair.startswith(b"HOME="):
            return Path(os.fsdecode(pair[5:])).is_relative_to(folder)
    return False


def _command_line(entry: Path) -> str:
    return os.fsdecode((entry / "cmdline").read_bytes().replace(b"\0", b" ")).strip()
