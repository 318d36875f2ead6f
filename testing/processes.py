"""The processes of a test: those whose HOME is in its folder."""

import os
import select
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from testing.events import until

# At another path in tests that hide it from the programs that they start (tests/macos/world.py).
PROC = Path(os.environ.get("MACOS_DOUBLES", "/"), "proc")


def of(folder: Path) -> dict[int, str]:
    """Return the running processes whose HOME is in `folder`, by id with their command lines."""
    found = {}
    for name in os.listdir(PROC):
        if name.isdigit() and int(name) != os.getpid():
            with suppress(OSError):
                if _lives_in(int(name), folder):
                    found[int(name)] = _command_line(PROC / name)
    return found


def last(folder: Path) -> int:
    """Return the process that stays, the broker, once the others have ended; a browser may take some time."""
    until(lambda: len(of(folder)) == 1, "only the broker is left")
    (broker,) = of(folder)
    return broker


def end(folder: Path) -> None:
    """End every process of `folder`, and return when all have ended."""
    while processes := of(folder):
        for process in processes:
            with suppress(ProcessLookupError, FileNotFoundError), _handle(process) as handle:
                # The handle names one process for ever; make sure that it is still the right one.
                if _lives_in(process, folder) and not _ends(handle, signal.SIGTERM):
                    _ends(handle, signal.SIGKILL)


def report(folder: Path) -> list[str]:
    """Return what each process of `folder` does, thread by thread, as lines for the report of a failed test.

    This is the state, the system call with its arguments (`syscall(2)` has the numbers), and the kernel's function and
    stack as far as this user may read them.
    """
    lines = []
    for process, command in of(folder).items():
        lines.append(f"process {process}: {command}")
        threads = sorted((PROC / str(process) / "task").glob("*"))
        lines += [f"  thread {thread.name}: {_doing(thread)}" for thread in threads]
    return lines


def kill(process: int) -> None:
    """Kill a process without a warning, and return when the kernel has closed its files."""
    with _handle(process) as handle:
        assert _ends(handle, signal.SIGKILL, seconds=60)


@contextmanager
def _handle(process: int) -> Iterator[int]:
    handle = os.pidfd_open(process)
    try:
        yield handle
    finally:
        os.close(handle)


def _ends(handle: int, sign: signal.Signals, *, seconds: float = 5) -> bool:
    signal.pidfd_send_signal(handle, sign)
    # A stopped process gets no signal until it continues; one that has ended meanwhile may be reaped already.
    with suppress(ProcessLookupError):
        signal.pidfd_send_signal(handle, signal.SIGCONT)
    return bool(select.select([handle], [], [], seconds)[0])


def _lives_in(process: int, folder: Path) -> bool:
    # Without `pathlib`: every test asks this about every process of the machine, several times.
    with open(f"{PROC}/{process}/environ", "rb", buffering=0) as file:
        environment = b"\0" + file.read()
    home = environment.partition(b"\0HOME=")[2].partition(b"\0")[0] + b"/"
    return home.startswith(os.fsencode(folder) + b"/")


def _command_line(entry: Path) -> str:
    return os.fsdecode((entry / "cmdline").read_bytes().replace(b"\0", b" ")).strip()


def _doing(thread: Path) -> str:
    found = []
    for name in ("stat", "wchan", "syscall", "stack"):
        with suppress(OSError):  # it has ended meanwhile, or belongs to another user
            content = (thread / name).read_text().strip()
            state = (
                content.rpartition(")")[2].split()[:1] if name == "stat" else content.splitlines()
            )
            found.append(f"{name} {', '.join(state)}")
    return "; ".join(found)
