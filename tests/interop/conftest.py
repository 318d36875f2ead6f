"""Fixtures shared with the tools of AWS: a home with native profiles and no `credential_process` line."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from credential_process.sandbox import Sandbox
from testing.executable import Executable
from testing.home import Home
from testing.people import Person

NATIVE = """
[profile native]
{session}
sso_account_id = {account_id}
sso_role_name = Developer
region = us-east-1
"""


@dataclass(frozen=True, slots=True)
class Session:
    """One way to name a session: in the profile native, in the options of `get`, and in the token cache."""

    lines: str
    options: tuple[str, ...]
    token_key: str


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """Serve as a proxy as well, for tools without endpoint overrides."""
    with Sandbox(accounts=3, roles=2, connect_proxy=True) as sandbox:
        yield sandbox
    assert sandbox.defects == []


@pytest.fixture
def sso_session() -> Session:
    """Name it by an ``[sso-session]`` section."""
    return Session("sso_session = corp", ("--sso-session", "corp"), "corp")


@pytest.fixture
def start_url(sandbox: Sandbox) -> Session:
    """Name it by its start URL, as profiles did before there were sections."""
    lines = f"sso_start_url = {sandbox.start_url}\nsso_region = {sandbox.region}"
    options = ("--start-url", sandbox.start_url, "--sso-region", sandbox.region)
    return Session(lines, options, sandbox.start_url)


@pytest.fixture(params=["sso_session", "start_url"])
def session(request: pytest.FixtureRequest) -> Session:
    """Name it in each of the two ways."""
    named: Session = request.getfixturevalue(request.param)
    return named


@pytest.fixture
def get(session: Session, home: Home, sandbox: Sandbox, environment: dict[str, str]) -> Executable:
    """Write the profile native, and return ``get`` for the same session, account and role."""
    account_id = sandbox.accounts[0].account_id
    native = NATIVE.format(session=session.lines, account_id=account_id)
    home.config.write_text(home.config.read_text() + native)
    line = (*session.options, "--account-id", account_id, "--role-name", "Developer")
    return Executable("get", home.path, environment, line)


@pytest.fixture
def alone(get: Executable, nobody: Person) -> dict[str, str]:
    """Return an environment in which no page may be opened, so that a sign-in fails at once."""
    never = {"BROWSER": nobody.browser, "SSO_CREDENTIAL_PROCESS_LOGIN": "never"}
    return {**get.environment, **never}


@pytest.fixture
def token_file(home: Home, session: Session) -> Path:
    """Return the path of the session's token file."""
    return home.token_file(session.token_key)


@pytest.fixture
def expire_token(token_file: Path) -> Callable[[], None]:
    """Return a function that makes the access token expire; its refresh token stays valid."""

    def expire() -> None:
        token = json.loads(token_file.read_text())
        token_file.write_text(json.dumps({**token, "expiresAt": "2020-01-01T00:00:00Z"}))

    return expire
