"""Fixtures of the tests of `serve`: profiles, a server in a process of its own, and requests to it."""

import http.client
import json
import shlex
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from credential_process.sandbox import Sandbox
from testing.executable import PATH, Executable, finish
from testing.home import Home

URI, TOKEN_FILE = "AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"


@dataclass(frozen=True, slots=True)
class Reply:
    """The status and the JSON of an answer."""

    status: int
    body: dict[str, str]


@dataclass(frozen=True, slots=True)
class Served:
    """A running `serve`, and the variables that it has printed."""

    process: subprocess.Popen[str]
    variables: dict[str, str]

    @property
    def url(self) -> str:
        """The address of its first role."""
        return self.variables[URI]

    @property
    def token_file(self) -> Path:
        """The file with its token."""
        return Path(self.variables[TOKEN_FILE])

    @property
    def token(self) -> str:
        """Its token."""
        return self.token_file.read_text()

    def ask(
        self, path: str | None = None, *, method: str = "GET", **headers: str | tuple[str, ...]
    ) -> Reply:
        """Send a request as an SDK does, with other headers where they are given; without one that is empty."""
        url = urlsplit(self.url)
        asked = {"Host": url.netloc, "Authorization": self.token, **headers}
        connection = http.client.HTTPConnection(url.netloc, timeout=180)
        connection.putrequest(method, path or url.path, skip_host=True)
        for name, given in asked.items():
            for value in (given,) if isinstance(given, str) else given:
                if value:
                    connection.putheader(name, value)
        connection.endheaders()
        with connection.getresponse() as response:
            reply = Reply(response.status, json.loads(response.read()))
        connection.close()
        return reply

    def stop(self, sign: int) -> "subprocess.CompletedProcess[str]":
        """Send a signal, and return what it printed and how it ended."""
        self.process.send_signal(sign)
        return finish(self.process)


Serve = Callable[..., Served]


@pytest.fixture
def add_profile(home: Home, sandbox: Sandbox) -> Callable[..., None]:
    """Return a function that writes a profile with a line: ``add_profile("dev", account=0)``."""

    def add(name: str, *, account: int = 0, role: str = "Developer") -> None:
        account_id = sandbox.accounts[account].account_id
        line = f"{PATH} get --sso-session corp --account-id {account_id} --role-name {role}"
        with home.config.open("a") as config:
            config.write(f"\n[profile {shlex.quote(name)}]\ncredential_process = {line}\n")
            config.write("region = eu-west-1\n")

    return add


@pytest.fixture
def command(
    home: Home, environment: dict[str, str], add_profile: Callable[..., None]
) -> Executable:
    """Return the command, for calls that end at once, and write the profile dev."""
    add_profile("dev")
    return Executable("serve", home.path, environment, ("--profile", "dev"))


@pytest.fixture
def serve(command: Executable) -> Iterator[Serve]:
    """Return a function that serves the profile dev, or what its options name, in an environment with these changes.

    `prefix` is a command that runs another one.
    """
    begun = []

    def start(*options: str, prefix: tuple[str, ...] = (), **variables: str) -> Served:
        words = (
            *(options if "--profile" in options else ("--profile", "dev", *options)),
            "--print-env",
        )
        environment = {**command.environment, **variables}
        process = command.start(*words, prefix=prefix, environment=environment)
        begun.append(process)
        assert process.stdout is not None
        found: dict[str, str] = {}
        while "AWS_DEFAULT_REGION" not in found:
            line = process.stdout.readline()
            assert line, finish(process)
            (pair,) = shlex.split(line.removeprefix("export "))
            name, _, value = pair.partition("=")
            found[name] = value
        return Served(process, found)

    yield start
    for process in begun:
        process.terminate()  # killed, it could not write what it has measured of coverage
        with process:
            process.wait(timeout=180)
