"""A stage for one trial: a service, a home and a person of its own, and what can be seen of them."""

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
from testing.executable import Executable, inherited
from testing.home import Home
from testing.people import Person

if TYPE_CHECKING:
    from collections.abc import Iterator

OLD_ROLE, NEW_ROLE = "Developer", "Administrator"
OLD_LINE = '{"Version":1,"AccessKeyId":"ASIAOLD"}\n'
# For answers that hang: each of their tries takes so long. With less, a busy machine would look like one that hangs.
IMPATIENCE_SECONDS = 3
# Longer than any trial waits for an end: what ends a call is an answer, not its own patience.
WAIT_SECONDS = 1200
LINES_OF_LOG = 40


@dataclass(frozen=True, slots=True)
class Stage:
    """Where a trial happens."""

    sandbox: Sandbox
    home: Home
    person: Person
    timeout_seconds: float

    @property
    def old_document(self) -> Path:
        """The document of the role that was asked for before."""
        return self.home.document(self.sandbox.accounts[0].account_id, OLD_ROLE)

    def command(self, name: str, *arguments: str) -> Executable:
        """Return a command of ours, ready to be called in this home."""
        bin_folders = (str(Path(sys.executable).parent), "/usr/local/bin", "/usr/bin", "/bin")
        environment = {
            "HOME": str(self.home.path),
            "PATH": os.pathsep.join(bin_folders),
            "BROWSER": self.person.browser,
            "SSO_CREDENTIAL_PROCESS_TIMEOUT": str(self.timeout_seconds),
            **self.sandbox.environment,
        }
        words = ("--sso-session", "corp", *arguments)
        return Executable(name, self.home.path, inherited(environment), words)

    def get(self, role_name: str) -> Executable:
        """Return the line of a profile with this role."""
        account_id = self.sandbox.accounts[0].account_id
        role = ("--account-id", account_id, "--role-name", role_name)
        return self.command("get", *role, "--wait", str(WAIT_SECONDS))

    def sign_ins(self) -> int:
        """Count how often a person has answered: on a page, or by typing in a code."""
        pages: int = self.sandbox.counters()["authorize"]
        codes = [code["state"] for code in self.sandbox.device_authorizations()]
        return pages + len(codes) - codes.count("pending")

    def struck(self) -> int:
        """Count the requests that went wrong by the rule that is set."""
        (rule,) = self.sandbox.faults()
        count: int = rule["struck"]
        return count

    def forget_failed_sign_ins(self) -> None:
        """Let a person be asked again at once, as `login` would."""
        for outcome in self.home.state.glob("*/outcome"):
            outcome.unlink()

    def remove_documents(self) -> None:
        """Leave no role credentials."""
        for document in self.home.state.glob("*/roles/*/*"):
            document.unlink()

    def store_old_document(self) -> None:
        """Leave credentials that are due for renewal, and good for half an hour."""
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
        """Return what shows why something here does not end: the end of the log, and what each process waits for."""
        lines = self.log().splitlines()[-LINES_OF_LOG:]
        return "\n".join(["end of the log:", *lines, *processes.report(self.home.path)])

    def log(self) -> str:
        """Return what the brokers have said."""
        return "".join(file.read_text() for file in self.home.host_files("broker.log"))


@contextmanager
def stage(folder: Path, *, timeout_seconds: float) -> Iterator[Stage]:
    """Set a stage in a folder, and clear it of all processes at the end.

    `timeout_seconds` is how long a request waits for its answer.
    """
    with Sandbox(accounts=1, roles=2) as sandbox:
        home = Home(folder / "home")
        home.add_session(sandbox)
        try:
            yield Stage(sandbox, home, Person(folder / "person"), timeout_seconds)
        finally:
            processes.end(folder)
        assert sandbox.defects == []
