"""A home, a pretend Identity Center, and a way to call: where the product's paths are measured."""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import background, callers
from credential_process.sandbox import Sandbox

EXECUTABLE = str(Path(sys.executable).with_name("sso-credential-process"))
PERSON = Path(__file__).parents[1] / "testing" / "person.py"
CONFIG = """\
[sso-session corp]
sso_start_url = {start_url}
sso_region = {region}
sso_registration_scopes = sso:account:access
"""
TOKEN_FILE = "ee0bfd2552fbd840c02cc48b6e823320543c450f.json"  # sha1 of "corp"


@dataclass(frozen=True, slots=True)
class TestBed:
    """A home, a pretend Identity Center, and the environment of callers."""

    home: Path
    sandbox: Sandbox
    environment: Mapping[str, str]

    def command(self, account: int = 0, role_name: str = "Developer") -> list[str]:
        """Return the line for one role of one account."""
        account_id = self.sandbox.accounts[account].account_id
        session = ["--sso-session", "corp", "--account-id", account_id]
        return [EXECUTABLE, "get", *session, "--role-name", role_name]

    def run(
        self,
        *commands: Sequence[str],
        environment: Mapping[str, str] | None = None,
        mode: callers.Mode = "",
    ) -> callers.Cost:
        """Return the cost of these commands, all at once; each must succeed."""
        cost = callers.run(
            *commands, environment={**self.environment, **(environment or {})}, mode=mode
        )
        if cost.failed:
            raise SystemExit(f"{commands[0]!r}: {cost.said}")
        return cost

    def token(self) -> str:
        """Return the access token."""
        cache = self.home / ".aws" / "sso" / "cache"
        return str(json.loads((cache / TOKEN_FILE).read_text())["accessToken"])

    def sign_in(self) -> None:
        """Store a token like `aws sso login` does."""
        put_token(self.home, TOKEN_FILE, self.sandbox)


def put_token(home: Path, name: str, sandbox: Sandbox) -> None:
    """Sign in, and store the token in the cache of a home."""
    cache = home / ".aws" / "sso" / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    (cache / name).write_text(json.dumps(sandbox.sign_in()))


@contextmanager
def open_testbed(accounts: int = 3, roles: int = 2) -> Iterator[TestBed]:
    """Open a test bed with a new home."""
    with TemporaryDirectory() as folder, Sandbox(accounts=accounts, roles=roles) as sandbox:
        home = Path(folder)
        (home / ".aws").mkdir(mode=0o700)
        config = CONFIG.format(start_url=sandbox.start_url, region=sandbox.region)
        (home / ".aws" / "config").write_text(config)
        browser = f"{sys.executable} -I {PERSON} %s"
        environment = {"HOME": folder, "PATH": "/usr/bin:/bin", "BROWSER": browser}
        opened = TestBed(home, sandbox, {**environment, **sandbox.environment})
        try:
            yield opened
        finally:
            background.end(home)
