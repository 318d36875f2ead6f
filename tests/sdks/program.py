"""A user's program, which uses an SDK and is configured by the profile alone."""

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from testing.people import Person

# The programs that .ci/install has built are in the folder of the tests' interpreter.
GO = Path(sys.prefix) / "programs" / "go_caller_identity"
GO_1 = Path(sys.prefix) / "programs" / "go_v1_caller_identity"
PYTHON_WITH_PYARROW = Path(sys.prefix) / "pyarrow" / "bin" / "python"


@dataclass(frozen=True, slots=True)
class Program:
    """A command, and the environment that it is run in."""

    command: tuple[str, ...]
    environment: dict[str, str]

    def __post_init__(self) -> None:
        assert shutil.which(self.command[0]), f"{self.command[0]} is missing: run make test"

    def run(
        self, person: Person, *arguments: str, **variables: str
    ) -> subprocess.CompletedProcess[str]:
        """Run it until it ends, with this user at the browser and no terminal."""
        return subprocess.run(
            [*self.command, *arguments],
            env={**self.environment, "BROWSER": person.browser, **variables},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
            start_new_session=True,
        )

    def identity(self, person: Person) -> dict[str, str]:
        """Run a program that prints its caller identity, and return that."""
        done = self.run(person)
        assert done.returncode == 0, done.stderr
        caller = json.loads(done.stdout)
        return {name: caller[name] for name in ("Account", "Arn")}
