"""A service for all tools, with a separate home for each.

All reach the service by its real host name and TLS, through the sandbox's proxy, because not all of them support
another way.
"""

import hashlib
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import background, callers
from bench.peers import (
    OTHER_ROLE,
    PASSPHRASES,
    PROFILE,
    ROLE,
    ROLES,
    SETTINGS,
    CannotRunError,
    Peer,
)
from bench.testbed import put_token
from credential_process.sandbox import Sandbox
from credential_process.sandbox.control.request_log import Counters
from credential_process.sandbox.faults import Rule

SIGN_IN_SECONDS = 60
# A tool that asks for a sign-in although it is signed in, as after concurrent writes to its store, gets a denial.
REFUSAL = Rule(
    operation="token", grant_type="device_code", count=None, error="AccessDeniedException"
)


@dataclass(frozen=True, slots=True)
class Stand:
    """A sandbox whose account has these roles, and a folder for homes that have profiles for them."""

    sandbox: Sandbox
    folder: Path
    roles: Sequence[str]

    def call(
        self,
        peer: Peer,
        home: Path,
        roles: Sequence[str] = (ROLE,),
        *,
        mode: callers.Mode = "",
        limit_seconds: float = callers.LIMIT_SECONDS,
    ) -> callers.Cost:
        """Run a caller for each of the roles, all at once; return their cost."""
        arguments = [peer.arguments.format(**self.values(), role=role).split() for role in roles]
        return callers.run(
            *([peer.executable, *words] for words in arguments),
            environment=self.environment(home),
            prints='"SecretAccessKey"',
            mode=mode,
            limit_seconds=limit_seconds,
        )

    def sign_in(self, peer: Peer) -> None:
        """Make a home in which a tool is signed in and has no credentials for the role; raises CannotRunError."""
        home = self._signed_in(peer)
        for name, text in self._settings().items():
            (home / name).parent.mkdir(parents=True)
            (home / name).write_text(text)
        if peer.uses_cli_token:
            put_token(home, token_file(self.sandbox), self.sandbox)
            return
        self.sandbox.set_faults(*self._account_lists())
        try:
            cost = self._approved(peer, home)
        except subprocess.TimeoutExpired as exc:
            raise CannotRunError(f"did not sign in within {SIGN_IN_SECONDS} s") from exc
        finally:
            background.end(home)
            self.sandbox.set_faults(REFUSAL, *self._account_lists())
        if cost.failed:
            raise CannotRunError(f"did not sign in: {cost.last_words}")

    def _approved(self, peer: Peer, home: Path) -> callers.Cost:
        """Call a tool, and approve the sign-in that it begins."""
        polls = self._polls(self.sandbox.counters())
        with ThreadPoolExecutor() as threads:
            calling = threads.submit(
                self.call, peer, home, [OTHER_ROLE], limit_seconds=SIGN_IN_SECONDS
            )
            while not calling.done() and not self.sandbox.wait_until(
                lambda counters: self._polls(counters) > polls, seconds=1
            ):
                pass
            self.sandbox.approve()
            return calling.result()

    @contextmanager
    def home(self, peer: Peer, path: Path | None = None) -> Iterator[Path]:
        """Return a copy of the signed-in home of a tool, by default at one path; end what runs there afterwards."""
        home = path or self.folder / "home"
        shutil.copytree(self._signed_in(peer), home)
        try:
            yield home
        finally:
            background.end(home)
            shutil.rmtree(home)

    def _signed_in(self, peer: Peer) -> Path:
        return self.folder / peer.name

    @staticmethod
    def _polls(counters: Counters) -> int:
        return int(counters["token"]["device_code"])

    def _account_lists(self) -> tuple[Rule, Rule]:
        """Accept any page size in lists, as the service did until May 2026: aws-sso-cli 1 asks for 1,000."""
        account_id = self.sandbox.accounts[0].account_id
        roles = [{"accountId": account_id, "roleName": role} for role in self.roles]
        accounts = [
            {"accountId": account_id, "accountName": "Production", "emailAddress": "p@example.com"}
        ]
        answer = Rule(count=None, status=200)
        return (
            {**answer, "operation": "list_accounts", "body": {"accountList": accounts}},
            {**answer, "operation": "list_account_roles", "body": {"roleList": roles}},
        )

    def _settings(self) -> dict[str, str]:
        values = self.values()
        profiles = (PROFILE.format(**values, role=role) for role in self.roles)
        settings = {name: text.format(**values) for name, text in SETTINGS.items()}
        return {".aws/config": "".join(profiles), **settings}

    def values(self) -> dict[str, str]:
        """Return what the arguments of tools are filled with."""
        return {
            "start_url": self.sandbox.start_url,
            "region": self.sandbox.region,
            "account_id": self.sandbox.accounts[0].account_id,
        }

    def environment(self, home: Path) -> dict[str, str]:
        """Return the whole environment of a tool with this home."""
        return {
            "HOME": str(home),
            "PATH": str(self.folder / "bin"),
            "SSL_CERT_FILE": self.sandbox.ca_bundle,
            **self.sandbox.proxy_environment,
            **PASSPHRASES,
        }


@contextmanager
def stand(roles: int) -> Iterator[Stand]:
    """Start a sandbox with so many roles and another, and a PATH whose only program is a browser that does nothing.

    What a tool does for one role may take longer if there are more.
    """
    names = (*ROLES[:roles], OTHER_ROLE)
    with (
        TemporaryDirectory() as folder,
        Sandbox(accounts=1, roles=names, connect_proxy=True) as sandbox,
    ):
        browser = Path(folder) / "bin" / "xdg-open"
        browser.parent.mkdir()
        browser.symlink_to("/bin/true")
        yield Stand(sandbox, Path(folder), names)


def token_file(sandbox: Sandbox) -> str:
    """Return the name of the file in which `aws sso login` stores the token."""
    key = hashlib.sha1(sandbox.start_url.encode(), usedforsecurity=False).hexdigest()
    return f"{key}.json"
