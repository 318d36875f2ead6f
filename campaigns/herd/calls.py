"""The callers of a herd: a hundred at a time, each `get` a separate process."""

from __future__ import annotations

import random
import subprocess
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from testing.executable import Executable

Role = tuple[str, str]
# `get` gives up after 50 s; a busy machine takes longer to start it than to answer it.
LIMIT_SECONDS = 240


@dataclass(frozen=True, slots=True)
class Call:
    """One call: when it began, by the monotonic clock, what it asked for, and how it ended."""

    began: float
    seconds: float
    role: Role
    returncode: int
    stdout: str
    stderr: str


class Callers:
    """Keep this many callers running at a time, which ask for the roles in turn."""

    def __init__(
        self,
        get: Executable,
        *,
        roles: list[Role],
        at_once: int,
        seed: int,
        environment: Callable[[], Mapping[str, str]],
    ) -> None:
        self._get = get
        self._roles = roles
        self._environment = environment
        self._running: set[subprocess.Popen[str]] = set()
        self._finished = threading.Condition()
        self._ending = threading.Event()
        self._threads = [
            threading.Thread(target=self._call_on_and_on, args=(random.Random(f"{seed}-{number}"),))
            for number in range(at_once)
        ]
        self.calls: list[Call] = []
        self.failures: list[str] = []

    def start(self) -> None:
        """Start all of them."""
        for thread in self._threads:
            thread.start()

    def end(self) -> None:
        """Start no more callers, and return when the last one has ended."""
        self._ending.set()
        for thread in self._threads:
            thread.join()

    def wait_for(self, calls: int, seconds: float) -> bool:
        """Wait until this many more calls have ended; return whether they did in time."""
        with self._finished:
            enough = len(self.calls) + calls
            return self._finished.wait_for(lambda: len(self.calls) >= enough, seconds)

    def kill_one(self, chance: random.Random) -> bool:
        """Kill a caller at any point of its work; return whether there was one."""
        with self._finished:
            running = sorted(self._running, key=lambda process: process.pid)
        if not running:
            return False
        chance.choice(running).kill()
        return True

    def _call_on_and_on(self, chance: random.Random) -> None:
        while not self._ending.is_set():
            call = self._call(chance.choice(self._roles))
            with self._finished:
                self.calls.append(call)
                self._finished.notify_all()

    def _call(self, role: Role) -> Call:
        began = time.monotonic()
        words = (*self._get.arguments[:2], "--account-id", role[0], "--role-name", role[1])
        process = self._get.start(*words, environment=self._environment())
        with process:
            with self._finished:
                self._running.add(process)
            try:
                stdout, stderr = process.communicate(timeout=LIMIT_SECONDS)
            except subprocess.TimeoutExpired:
                self.failures.append(f"a call hangs for {LIMIT_SECONDS} s: {role}")
                process.kill()
                stdout, stderr = process.communicate()
            finally:
                with self._finished:
                    self._running.discard(process)
        seconds = time.monotonic() - began
        return Call(began, seconds, role, process.returncode, stdout, stderr)
