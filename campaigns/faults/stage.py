"""The place of one trial: a service, a home and a user, and what can be observed of them."""

from __future__ import annotations

import os
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from credential_process.sandbox import Sandbox
from testing import processes
from testing.executable import Executable
from testing.home import Home
from testing.people import Person

if TYPE_CHECKING:
    from collections.abc import Iterator

OLD_ROLE, NEW_ROLE = "Developer", "Administrator"
OLD_LINE = '{"Version":1,"AccessKeyId":"ASIAOLD"}\n'
# The time-out of requests whose response hangs. If it were shorter, a busy machine would look like one that hangs.
IMPATIENCE_SECONDS = 3
# Longer than any trial waits, so that an answer ends a call, and not its own time-out.
WAIT_SECONDS = 1200
LINES_OF_LOG = 40


@dataclass(frozen=True, slots=True)
class Stage:
    """The place of a trial."""

    sandbox: Sandbox
    home: Home
    person: Person
    timeout_seconds: float

    @property
    def old_document(self) -> Path:
        """The document of the role that was asked for before."""
        return self.home.document(self.sandbox.accounts[0].account_id, OLD_ROLE)

    def command(self, name: str, *arguments: str) -> Executable:
        """Return a command of the product, ready to be called in this home."""
        bin_folders = (str(Path(sys.executable).parent), "/usr/local/bin", "/usr/bin", "/bin")
        environment = {
            "HOME": str(self.home.path),
            "PATH": os.pathsep.join(bin_folders),
            "BROWSER": self.person.browser,
            "SSO_CREDENTIAL_PROCESS_TIMEOUT": str(self.timeout_seconds),
            **self.sandbox.environment,
        }
        words = ("--sso-session", "corp", *arguments)
        return Executable(name, self.home.path, environment, words)

    def get(self, role_name: str) -> Executable:
        """Return the line of a profile with this role."""
        account_id = self.sandbox.accounts[0].account_id
        role = ("--account-id", account_id, "--role-name", role_name)
        return self.command("get", *role, "--wait", str(WAIT_SECONDS))

    def sign_ins(self) -> int:
        """Return how often the user has answered: on a page, or by typing in a code."""
        pages: int = self.sandbox.counters()["authorize"]
        codes = [code["state"] for code in self.sandbox.device_authorizations()]
        return pages + len(codes) - codes.count("pending")

    def struck(self) -> int:
        """Return how many requests the current rule has affected."""
        (rule,) = self.sandbox.faults()
        count: int = rule["struck"]
        return count

    def forget_failed_sign_ins(self) -> None:
        """Allow a sign-in at once, as `login` does."""
        for outcome in self.home.state.glob("*/outcome"):
            outcome.unlink()

    def remove_documents(self) -> None:
        """Remove all role credentials."""
        for document in self.home.state.glob("*/roles/*/*"):
            document.unlink()

    def store_old_document(self) -> None:
        """Store credentials that are due for renewal, and valid for half an hour."""
        now = int(time.time())
        self.home.store_document(
            self.sandbox.accounts[0].account_id,
            OLD_ROLE,
            sandbox=self.sandbox,
            session="corp",
            refresh_at=now - 1,
            expires_at=now + 1800,
            line=OLD_LINE,
        )

    def diagnosis(self) -> str:
        """Return why something here does not end: the last lines of the log, and what each process waits for."""
        lines = self.log().splitlines()[-LINES_OF_LOG:]
        return "\n".join(["end of the log:", *lines, *processes.report(self.home.path)])

    def log(self) -> str:
        """Return the logs of the brokers."""
        return "".join(file.read_text() for file in self.home.host_files("broker.log"))


@contextmanager
def stage(folder: Path, *, timeout_seconds: float) -> Iterator[Stage]:
    """Set a stage up in a folder, and end all of its processes afterwards.

    `timeout_seconds` is how long a request waits for its response.
    """
    with Sandbox(accounts=1, roles=2) as sandbox:
        home = Home(folder / "home")
        home.add_session(sandbox)
        try:
            yield Stage(sandbox, home, Person(folder / "person"), timeout_seconds)
        finally:
            processes.end(folder)
        assert sandbox.defects == []
