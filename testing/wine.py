"""Windows processes under Wine, started from Linux; `make windows` has installed what is needed.

The first process in Wine cannot choose its `USERPROFILE`, so a program inside, `wine_agent.py`, starts the others.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast
from xmlrpc.client import ServerProxy

from testing import people, processes
from testing.events import until

if TYPE_CHECKING:
    from collections.abc import Mapping

    from typing_extensions import Self

    from testing.terminal import Terminal

ROOT = Path(__file__).parents[1]
PYTHON = Path(sys.prefix) / "windows" / os.environ.get("WINDOWS_PYTHON", "3.12.1") / "python.exe"
EXECUTABLE = PYTHON.parent / "Scripts" / "sso-credential-process.exe"
SYSTEM_FOLDERS = r"C:\windows\system32;C:\windows"


def windows_path(path: Path) -> str:
    """Return the path of a Linux file as Windows programs see it."""
    return "Z:" + str(path).replace("/", "\\")


class Windows:
    """Starts processes during the ``with`` block: without a console, or with one that `terminal` shows."""

    def __init__(self, terminal: Terminal | None = None) -> None:
        command = [str(ROOT / ".ci/wine"), "wine", str(PYTHON), "-I", windows_path(AGENT)]
        self._process = subprocess.Popen(
            [*(terminal.everything if terminal else ()), *command],
            env={**os.environ, "VENV": os.path.relpath(sys.prefix, ROOT)},
            stdin=terminal.keyboard if terminal else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self._terminal = terminal
        url = until(self._url, "it starts")
        self._agent = ServerProxy(url, allow_none=True, use_builtin_types=True)

    def _url(self) -> str:
        assert self._process.stdout
        printed = self._terminal.text() if self._terminal else self._process.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:\d+(?=/)", printed)
        return found[0] if found else ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        with self._process:
            pass

    def start(self, command: tuple[str, ...] | str, environment: Mapping[str, str]) -> Started:
        """Start a process in the home of its environment."""
        folder = environment["USERPROFILE"]
        process_id = self._agent.start(command, dict(environment), folder)
        return Started(self, cast("int", process_id))

    def wait(self, process_id: int) -> tuple[int, bytes, bytes] | None:
        """Return exit code, stdout and stderr of a started process, or None while it runs."""
        return cast("tuple[int, bytes, bytes] | None", self._agent.wait(process_id, 0.1))

    def terminate(self, process_id: int) -> None:
        """Kill a process of Windows, as its Task Manager does."""
        self._agent.terminate(process_id)

    def suspend(self, process_id: int) -> None:
        """Stop a process of Windows, until it is killed."""
        self._agent.suspend(process_id)

    def end(self, folder: Path) -> None:
        """End the unfinished processes, and all whose command line contains `folder`, and wait for them."""
        self._agent.terminate_all()
        while found := processes_of(folder):
            for process in found:
                with suppress(ProcessLookupError):
                    processes.kill(process)


AGENT = Path(__file__).with_name("wine_agent.py")


@dataclass(frozen=True, slots=True)
class Started:
    """A process of Windows."""

    windows: Windows
    process_id: int

    def finish(self) -> subprocess.CompletedProcess[str]:
        """Return the output of the process, unchanged, and how it ended."""
        ended = until(lambda: self.windows.wait(self.process_id), "it ends", 300)
        assert ended
        exit_code, *printed = ended
        stdout, stderr = (text.decode(errors="backslashreplace") for text in printed)
        print(f"exit {exit_code}: {stderr}")  # shown by pytest if the test fails
        return subprocess.CompletedProcess((), exit_code, stdout, stderr)

    def kill(self) -> None:
        """Kill it, and drop its output."""
        self.windows.terminate(self.process_id)


@dataclass(frozen=True, slots=True)
class Executable:
    """Runs the installed ``sso-credential-process.exe COMMAND``, like `testing.executable` on Linux."""

    windows: Windows
    command: str
    environment: Mapping[str, str]
    arguments: tuple[str, ...] = ()
    prefix: tuple[str, ...] = ()

    def line(self, *arguments: str) -> tuple[str, ...]:
        """Return the command; without arguments, with those of the profile's line."""
        return (
            *self.prefix, windows_path(EXECUTABLE), self.command, *(arguments or self.arguments)
        )  # fmt: skip

    def start(self, *arguments: str, environment: Mapping[str, str] | None = None) -> Started:
        """Start and return the process."""
        chosen = self.environment if environment is None else environment
        return self.windows.start(self.line(*arguments), chosen)

    def __call__(
        self, *arguments: str, environment: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run it until it ends."""
        return self.start(*arguments, environment=environment).finish()


@dataclass(frozen=True, slots=True)
class Person(people.Person):
    """A user at a browser in Windows."""

    @property
    def browser(self) -> str:
        """The value of `$BROWSER`, with backslashes in its paths."""
        words = [windows_path(PYTHON), "-I", windows_path(people.SCRIPT), *self.options]
        words += ["--record", windows_path(self.record)]
        return " ".join([*(f'"{word}"' for word in words), "%s"])


def processes_of(folder: Path) -> dict[int, str]:
    """Return the running processes in Wine, by their ids in Linux, whose command lines contain `folder`."""
    found = {}
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            line = os.fsdecode(entry.read_bytes().replace(b"\0", b" ")).strip()
            if windows_path(folder) in line.replace("/", "\\"):
                found[int(entry.parent.name)] = line
    return found
