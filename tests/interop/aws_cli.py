"""The AWS CLI v2 as packaged by Debian: 2.9.19, which does not support endpoint overrides."""

import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass

from credential_process.sandbox import Sandbox
from testing.events import until
from testing.executable import finish

# Not the one on PATH, which is version 1 in the environment of the tests.
PATH = "/usr/bin/aws"


@dataclass(frozen=True, slots=True)
class AwsCli:
    """Runs ``aws --profile native``, which reaches the sandbox under AWS's own names."""

    environment: Mapping[str, str]
    sandbox: Sandbox

    def __call__(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run it until it ends."""
        return finish(self.start(*arguments))

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        """Start it."""
        return subprocess.Popen(
            [PATH, "--profile", "native", *arguments],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
            text=True,
        )

    def sign_in(self) -> None:
        """Run ``aws sso login``, and approve it like a user on another device."""
        login = self.start("sso", "login", "--no-browser")
        until(self.sandbox.approve, "aws sso login asked for a device code")
        done = finish(login)
        assert (done.returncode, done.stderr) == (0, "")
        assert "Successfully logged into Start URL" in done.stdout

    def export(self) -> dict[str, str]:
        """Run ``aws configure export-credentials``, and return its output."""
        done = self("configure", "export-credentials")
        assert (done.returncode, done.stderr) == (0, "")
        credentials: dict[str, str] = json.loads(done.stdout)
        return credentials
