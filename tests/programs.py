"""Python programs of a user, run with the home and the browser of a test."""

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass

from testing.executable import finish

# Runs the example in the docstring of a function of the library.
DOCTEST = """
import doctest, sys
from credential_process import library
example = doctest.DocTestFinder().find(getattr(library, sys.argv[1]), globs={})
assert example and example[0].examples, "no example"
print(doctest.DocTestRunner().run(example[0]))
"""


@dataclass(frozen=True, slots=True)
class Programs:
    """Runs source code in an interpreter of its own; a warning is an error, but for a kind that is `ignored`."""

    environment: Mapping[str, str]
    ignored: str = ""

    def __call__(
        self, source: str, *arguments: str, **variables: str
    ) -> subprocess.CompletedProcess[str]:
        """Run it until it ends."""
        return finish(self.start(source, *arguments, **variables))

    def start(self, source: str, *arguments: str, **variables: str) -> "subprocess.Popen[str]":
        """Start it; the test writes its stdin."""
        ignoring = ("-W", f"ignore::{self.ignored}") if self.ignored else ()
        return subprocess.Popen(
            [sys.executable, "-W", "error", *ignoring, "-c", source, *arguments],
            # In the checkout, Python would load that, and not what is installed.
            cwd=self.environment["HOME"],
            env={**self.environment, **variables},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
            text=True,
        )

    def lines(self, source: str, *arguments: str, **variables: str) -> list[str]:
        """Run it successfully, and return the lines that it prints."""
        done = self(source, *arguments, **variables)
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout.splitlines()
