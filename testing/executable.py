"""The installed executable, called the way an SDK calls it."""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

# `make release-check` tests the one of another environment.
PATH = Path(
    os.environ.get("TESTED_EXECUTABLE") or Path(sys.executable).with_name("sso-credential-process")
)


@dataclass(frozen=True, slots=True)
class Executable:
    """Runs ``sso-credential-process COMMAND`` in processes with a separate environment.

    Each has a new session without a controlling terminal, so that only `$BROWSER` reaches a user.
    """

    command: str
    home: Path
    environment: Mapping[str, str]
    arguments: tuple[str, ...]
    path: Path = PATH

    def __call__(
        self,
        *arguments: str | bytes,
        environment: Mapping[str, str] | None = None,
        prefix: tuple[str, ...] = (),
        timeout_seconds: float = 180,
    ) -> subprocess.CompletedProcess[str]:
        """Run it until it ends; without arguments, with those of the profile's line."""
        process = self.start(*arguments, environment=environment, prefix=prefix)
        return finish(process, timeout_seconds=timeout_seconds)

    def start(
        self,
        *arguments: str | bytes,
        environment: Mapping[str, str] | None = None,
        prefix: tuple[str, ...] = (),
        stdin: int | IO[bytes] = subprocess.DEVNULL,
        stdout: int | IO[bytes] = subprocess.PIPE,
    ) -> subprocess.Popen[str]:
        """Start and return the process; `prefix` is a command that runs another one, such as ``env``."""
        return subprocess.Popen(
            [*prefix, str(self.path), self.command, *(arguments or self.arguments)],
            cwd=self.home,
            env=self.environment if environment is None else environment,
            stdin=stdin,
            stdout=stdout,
            stderr=subprocess.PIPE,
            start_new_session=True,
            text=True,
        )


def stop_reading(process: subprocess.Popen[str]) -> tuple[int, str]:
    """Close stdout like `head -1` does; return the exit code and what is on stderr."""
    with process:
        assert process.stdout
        process.stdout.close()
        assert process.stderr
        return process.wait(timeout=60), process.stderr.read()


def finish(
    process: subprocess.Popen[str], *, timeout_seconds: float = 180
) -> subprocess.CompletedProcess[str]:
    """Return what the process printed and how it ended."""
    with process:
        try:
            stdout, stderr = process.communicate(timeout=timeout_seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
    # Shown by pytest if the test fails.
    print(f"exit {process.returncode}: {stderr}")
    return subprocess.CompletedProcess(process.args, process.returncode, stdout, stderr)
