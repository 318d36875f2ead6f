"""Python programs of a user's, run with the home and the person of a test."""

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass

from testing.executable import finish


@dataclass(frozen=True, slots=True)
class Programs:
    """Runs source code in an interpreter of its own; what it warns of is an error."""

    environment: Mapping[str, str]

    def __call__(
        self, source: str, *arguments: str, **variables: str
    ) -> subprocess.CompletedProcess[str]:
        """Run it to its end."""
        return finish(self.start(source, *arguments, **variables))

    def start(self, source: str, *arguments: str, **variables: str) -> "subprocess.Popen[str]":
        """Start it; what it reads is what the test writes to its stdin."""
        return subprocess.Popen(
            [sys.executable, "-W", "error", "-c", source, *arguments],
            env={**self.environment, **variables},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
            text=True,
        )

    def lines(self, source: str, *arguments: str, **variables: str) -> list[str]:
        """Run it to its good end, and return the lines that it prints."""
        done = self(source, *arguments, **variables)
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout.splitlines()
