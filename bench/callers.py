"""Concurrent callers: what they cost, and how many fail."""

import ctypes
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

LAUNCHER = Path(__file__).with_name("launcher.py")
LIMIT_SECONDS = 600
LONG = 100
Mode = Literal["", "keep", "weigh"]  # of the launcher
_LIBC = ctypes.CDLL(None)
_PR_SET_CHILD_SUBREAPER = 36


@dataclass(frozen=True, slots=True)
class Cost:
    """The cost of callers from the first start to the last end, and of the processes that they left until those ended.

    ``mebibytes`` is the sum of the peaks of all processes, ``together`` the most that they held at one time,
    ``said`` the stderr of one that failed, or of any if none did.
    """

    seconds: float
    cpu_seconds: float
    mebibytes: float
    together: float
    failed: int
    said: str

    @property
    def last_words(self) -> str:
        """Return the last line of the output, or its beginning."""
        words = self.said.rpartition("\n")[2]
        return words if len(words) <= LONG else f"{words[:LONG]} …"


def run(
    *commands: Sequence[str],
    environment: Mapping[str, str],
    prints: str = "",
    mode: Mode = "",
    limit_seconds: float = LIMIT_SECONDS,
) -> Cost:
    """Start all commands at once and wait for them; those that do not print what they should have failed.

    Raises `subprocess.TimeoutExpired`; the commands may still run then.
    """
    launched = subprocess.run(
        [sys.executable, "-I", "-S", str(LAUNCHER), prints, mode],
        input="\x01".join("\0".join(command) for command in commands),
        stdout=subprocess.PIPE,
        env=dict(environment),
        text=True,
        check=True,
        timeout=limit_seconds,
        preexec_fn=_be_subreaper,
    )
    numbers, _, said = launched.stdout.partition("\n")
    seconds, cpu_seconds, peaks, together, failed = map(float, numbers.split())
    return Cost(seconds, cpu_seconds, peaks / 1024, together / 1024, int(failed), said.strip())


def _be_subreaper() -> None:
    _LIBC.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
