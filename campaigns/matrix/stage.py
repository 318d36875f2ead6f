"""The place of one client's runs: a service, and a home whose profile has the `credential_process` line."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from credential_process.sandbox import Sandbox
from testing import bucket, processes
from testing.executable import PATH
from testing.home import Home
from testing.people import Person

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from campaigns.matrix.installation import Built
    from testing.bucket import Bucket
    from testing.clock import Clock

PROFILE = """
[{section}]
credential_process = {command} get --sso-session corp --account-id {account_id} --role-name Developer
region = us-east-1
output = json
"""
# The command, with a count of its calls: `exec`, so that it is still a child of the caller.
COUNTED = '#!/bin/sh\necho >>"{spawns}"\nexec {executable} "$@"\n'


class Failed(Exception):
    """A client did not do what it should."""


@dataclass(frozen=True, slots=True)
class Stage:
    """The place of a client's runs."""

    built: Built
    sandbox: Sandbox
    store: Bucket
    folder: Path
    clock: Clock | None

    @property
    def home(self) -> Home:
        """The home of the user who runs the client."""
        return Home(self.folder / "home")

    @property
    def account_id(self) -> str:
        """The account of the profile."""
        return self.sandbox.accounts[0].account_id

    @property
    def environment(self) -> dict[str, str]:
        """The variables that lead a client to its profile, and to the services."""
        proxied = self.sandbox.proxy_environment if self.built.client.is_behind_proxy else {}
        return {
            "HOME": str(self.home.path),
            "AWS_PROFILE": "dev",
            "BUCKET_ADDRESS": self.store.address,
            **self.sandbox.environment,
            **proxied,
            **(self.clock.environment if self.clock else {}),
        }

    def person(self, *options: str) -> Person:
        """Return a user of this kind; each has a separate record."""
        return Person(self.folder / f"person{''.join(options[:1])}", options)

    def spawns(self) -> int:
        """Return how often the client has run the line."""
        counted = self.folder / "spawns"
        return len(counted.read_text()) if counted.exists() else 0


@contextmanager
def stage(
    built: Built,
    folder: Path,
    *,
    clock: Clock | None = None,
    role_session_seconds: int = 3600,
) -> Iterator[Stage]:
    """Set a stage up in a folder, and end all of its processes afterwards."""
    proxy = built.client.is_behind_proxy
    with (
        Sandbox(
            accounts=1, connect_proxy=proxy, role_session_seconds=role_session_seconds
        ) as sandbox,
        bucket.served() as store,
    ):
        here = Stage(built, sandbox, store, folder, clock)
        _furnish(here)
        try:
            yield here
        finally:
            processes.end(folder)
        if sandbox.defects:
            raise Failed(sandbox.defects[0])


def _furnish(here: Stage) -> None:
    """Write the config, and a command that counts its calls."""
    home, sandbox = here.home, here.sandbox
    home.add_session(sandbox)
    command = here.folder / "sso-credential-process"
    executable = here.clock.executable if here.clock else PATH
    command.write_text(COUNTED.format(spawns=here.folder / "spawns", executable=executable))
    command.chmod(0o755)
    section = "dev" if here.built.client.reads_credentials_file else "profile dev"
    profile = PROFILE.format(section=section, command=command, account_id=here.account_id)
    file = home.aws / "credentials" if here.built.client.reads_credentials_file else home.config
    with file.open("a") as opened:
        opened.write(profile)
