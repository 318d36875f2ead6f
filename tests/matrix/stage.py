"""A stage for one client: a service, a home whose profile has our line, and what is seen of the calls."""

from __future__ import annotations

import json
import os
import select
import shlex
import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from credential_process.sandbox import Sandbox
from tests import processes
from tests.executable import PATH
from tests.home import Home
from tests.people import Person
from tests.sdks import bucket

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.matrix.installation import Built
    from tests.sdks.bucket import Bucket

CONFIG = """\
[sso-session corp]
sso_start_url = {start_url}
sso_region = {region}
sso_registration_scopes = sso:account:access
"""
PROFILE = """
[{section}]
credential_process = {command} get --sso-session corp --account-id {account_id} --role-name Developer
region = us-east-1
output = json
"""
# Our command, counted: `exec`, so that it is still a child of whoever has called.
COUNTED = '#!/bin/sh\necho >>"{spawns}"\nexec {executable} "$@"\n'
ANSWER_SECONDS = 60
END_SECONDS = 400


class Failed(Exception):
    """A client did not do what it is there for."""


@dataclass(frozen=True, slots=True)
class End:
    """How a process of a client ended, and how long it took."""

    exit_code: int
    stdout: str
    text: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Stage:
    """Where a client runs."""

    built: Built
    sandbox: Sandbox
    store: Bucket
    folder: Path
    clock: dict[str, str]

    @property
    def home(self) -> Home:
        """The home of whoever runs the client."""
        return Home(self.folder / "home")

    def person(self, *options: str) -> Person:
        """Meet a person; each kind of them keeps a record."""
        return Person(self.folder / f"person{''.join(options[:1])}", options)

    def spawns(self) -> int:
        """Count how often the client has started us."""
        counted = self.folder / "spawns"
        return len(counted.read_text()) if counted.exists() else 0

    def start(self, person: Person) -> subprocess.Popen[str]:
        """Start a process of the client."""
        return self._popen(person, subprocess.PIPE)

    def end(self, process: subprocess.Popen[str], began: float) -> End:
        """Ask a process once, and wait until it has ended."""
        stdout, text = process.communicate("\n", timeout=END_SECONDS)
        return End(process.returncode, stdout, text, time.monotonic() - began)

    def call(self, person: Person) -> End:
        """Run the client from its start to its end, for one answer."""
        began = time.monotonic()
        return self.end(self.start(person), began)

    def check(self, end: End) -> None:
        """Raise Failed unless the client is who the profile says."""
        if end.exit_code:
            raise Failed(f"exit {end.exit_code}: {end.text}")
        if "sso-credential-process" in end.text:
            raise Failed(f"a success that is not silent: {end.text}")
        self._check_answer(end.stdout)

    @contextmanager
    def conversation(self, person: Person) -> Iterator[Callable[[], None]]:
        """Return how to ask, again and again, in one process where the client is a library."""
        if self.built.client.is_one_call:
            yield lambda: self.check(self.call(person))
            return
        with (self.folder / "stderr").open("w") as stderr, self._popen(person, stderr) as process:

            def ask() -> None:
                assert process.stdin
                assert process.stdout
                process.stdin.write("\n")
                process.stdin.flush()
                if not select.select([process.stdout], [], [], ANSWER_SECONDS)[0]:
                    process.kill()
                    raise Failed(f"no answer within {ANSWER_SECONDS} s")
                if not (line := process.stdout.readline()):
                    raise Failed((self.folder / "stderr").read_text())
                self._check_answer(line)

            yield ask

    def _popen(self, person: Person, stderr: int | IO[str]) -> subprocess.Popen[str]:
        places = {
            "home": str(self.home.path),
            "folder": str(self.built.folder),
            "path": os.environ["PATH"],
            "sts": self.sandbox.url,
        }
        client = self.built.client
        reached = (
            self.sandbox.proxy_environment if client.is_behind_proxy else self.sandbox.environment
        )
        own = {name: value.format(**places) for name, value in client.environment.items()}
        return subprocess.Popen(
            shlex.split(client.command.format(**places)),
            cwd=self.built.folder,
            env={
                "HOME": places["home"],
                "PATH": places["path"],
                "AWS_PROFILE": "dev",
                "BROWSER": person.browser,
                "BUCKET_ADDRESS": self.store.address,
                **reached,
                **self.clock,
                **own,
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
            start_new_session=True,
        )

    def _check_answer(self, text: str) -> None:
        answer = json.loads(text)
        account_id = self.sandbox.accounts[0].account_id
        if not self.built.client.reads_a_bucket:
            if answer["Account"] != account_id or "_Developer_" not in answer["Arn"]:
                raise Failed(f"somebody else: {text}")
            return
        signer = self.store.signers[-1]
        document = self.home.document(account_id, "Developer").read_text()
        if answer["Size"] != bucket.SIZE or signer is None or not all(map(document.count, signer)):
            raise Failed(f"not signed with what we handed out: {text}")


@contextmanager
def stage(
    built: Built,
    folder: Path,
    *,
    clock: dict[str, str] | None = None,
    role_session_seconds: int = 3600,
) -> Iterator[Stage]:
    """Set a stage in a folder, and clear it of all processes at the end."""
    proxy = built.client.is_behind_proxy
    with (
        Sandbox(
            accounts=1, connect_proxy=proxy, role_session_seconds=role_session_seconds
        ) as sandbox,
        bucket.served() as store,
    ):
        here = Stage(built, sandbox, store, folder, clock or {})
        _furnish(here)
        try:
            yield here
        finally:
            processes.end(folder)
        if sandbox.defects:
            raise Failed(sandbox.defects[0])


def _furnish(here: Stage) -> None:
    """Write the config, and a command that counts how often it is called."""
    home, sandbox = here.home, here.sandbox
    home.aws.mkdir(parents=True, mode=0o700)
    command = here.folder / "sso-credential-process"
    command.write_text(COUNTED.format(spawns=here.folder / "spawns", executable=PATH))
    command.chmod(0o755)
    section = "dev" if here.built.client.reads_credentials_file else "profile dev"
    account_id = sandbox.accounts[0].account_id
    profile = PROFILE.format(section=section, command=command, account_id=account_id)
    config = CONFIG.format(start_url=sandbox.start_url, region=sandbox.region)
    if here.built.client.reads_credentials_file:
        (home.aws / "credentials").write_text(profile)
    else:
        config += profile
    home.config.write_text(config)
