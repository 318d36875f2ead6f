"""The processes that belong to a test: those whose HOME lies in its folder."""

import os
import select
import signal
from contextlib import suppress
from pathlib import Path


def of(folder: Path) -> dict[int, str]:
    """Return the living processes, by id with their command lines, whose HOME is in `folder`."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            with suppress(OSError):
                if _lives_in(entry, folder):
                    found[int(entry.name)] = _command_line(entry)
    return found


def end(folder: Path) -> None:
    """End every process of `folder`, and return when all are gone."""
    while processes := of(folder):
        for process in processes:
            with suppress(ProcessLookupError):
                _end(process, folder)


def _end(process: int, folder: Path) -> None:
    # The descriptor names this very process, so that a reused id is never hit.
    descriptor = os.pidfd_open(process)
    try:
        for sign in (signal.SIGTERM, signal.SIGKILL):
            if process in of(folder):
                signal.pidfd_send_signal(descriptor, sign)
                # A stopped process hears neither until it goes on.
                signal.pidfd_send_signal(descriptor, signal.SIGCONT)
                if select.select([descriptor], [], [], 5)[0]:
                    return
    finally:
        os.close(descriptor)


def _lives_in(entry: Path, folder: Path) -> bool:
    for pair in (entry / "environ").read_bytes().split(b"\0"):
        if pair.startswith(b"HOME="):
            return Path(os.fsdecode(pair[5:])).is_relative_to(folder)
    return False


def _command_line(entry: Path) -> str:
    return os.fsdecode((entry / "cmdline").read_bytes().replace(b"\0", b" ")).strip()
