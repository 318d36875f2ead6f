"""An endpoint override that is set for one call only: a project's .env, an emulator, a test."""

import re
import shlex
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from credential_process.sandbox import Sandbox
from testing import processes
from testing.executable import Executable
from testing.home import Home
from testing.people import Person
from testing.proof import Done
from tests.programs import Programs

PERSON = Path(__file__).parents[1] / "network" / "person_behind_proxy.py"
FOREIGN = "ASIAFOREIGNFOREIGNFO"
LIST = """
from credential_process import library
print(len(list(library.list_accounts(sso_session="corp", login=True))))
"""
Environment = dict[str, str]


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """Serve under AWS's own names, which no override has to lead to."""
    with Sandbox(connect_proxy=True) as sandbox:
        yield sandbox
    assert sandbox.defects == []


@pytest.fixture
def environment(environment: Environment, sandbox: Sandbox) -> Environment:
    """Take the overrides away: the proxy leads to the services, and the user too."""
    kept = {name: value for name, value in environment.items() if name not in sandbox.environment}
    browser = shlex.join([sys.executable, "-I", str(PERSON)])
    return {**kept, **sandbox.proxy_environment, "BROWSER": f"{browser} %s"}


@pytest.fixture
def foreign() -> Iterator[Sandbox]:
    """Serve a portal of a stranger's, with one account."""
    with Sandbox(accounts=1) as foreign:
        yield foreign
    assert foreign.defects == []


@pytest.fixture
def overridden(
    environment: Environment, foreign: Sandbox, people: Callable[..., Person]
) -> Environment:
    """Return the environment of the one call that is led to the stranger."""
    names = ("AWS_ENDPOINT_URL_SSO", "AWS_ENDPOINT_URL_SSO_OIDC")
    overrides = {name: foreign.environment[name] for name in names}
    return {**environment, **overrides, "BROWSER": people("--user", "mallory").browser}


@pytest.fixture(params=["the broker lives", "the broker was killed"])
def between(request: pytest.FixtureRequest, home: Home) -> Callable[[], None]:
    """Return what happens between two calls."""
    if request.param == "the broker lives":
        return lambda: None
    return lambda: processes.end(home.path)


def whose(done: Done, sandbox: Sandbox, foreign: Sandbox) -> str:
    """Return whose credentials a call printed, or why it has none."""
    if done.returncode != 0:
        return done.stderr
    key = done.stdout.partition('"AccessKeyId":"')[2].partition('"')[0]
    if key == FOREIGN or foreign.issued(key):
        return "the stranger's"
    return "the service's" if sandbox.issued(key) else f"unknown: {key}"


def leaked(to: Sandbox, of: Sandbox) -> list[str]:
    """Return the operations of one portal that were sent a token of the other's."""
    secrets = set(of.secrets())
    return [
        record.operation
        for record in to.requests()
        if record.headers.get("x-amz-sso_bearer_token") in secrets
        or (isinstance(record.body, dict) and secrets & set(map(str, record.body.values())))
    ]


def test_what_came_through_overrides_serves_no_call_without_them(
    get: Executable,
    sandbox: Sandbox,
    foreign: Sandbox,
    overridden: Environment,
    between: Callable[[], None],
) -> None:
    """One `get` in a project with a .env must not decide whom all others upload to."""
    assert whose(get(environment=overridden), sandbox, foreign) == "the stranger's"
    between()
    assert whose(get(), sandbox, foreign) == "the service's"
    between()
    assert whose(get(environment=overridden), sandbox, foreign) == "the stranger's"
    assert (leaked(sandbox, foreign), leaked(foreign, sandbox)) == ([], [])


def test_what_came_without_overrides_serves_no_call_with_them(
    get: Executable,
    sandbox: Sandbox,
    foreign: Sandbox,
    overridden: Environment,
    between: Callable[[], None],
) -> None:
    """A test against an emulator must not be handed credentials that are good at AWS."""
    assert whose(get(), sandbox, foreign) == "the service's"
    between()
    assert whose(get(environment=overridden), sandbox, foreign) == "the stranger's"
    between()
    assert whose(get(), sandbox, foreign) == "the service's"
    assert (leaked(sandbox, foreign), leaked(foreign, sandbox)) == ([], [])


def test_an_override_of_the_portal_alone_is_kept_apart(
    get: Executable,
    home: Home,
    sandbox: Sandbox,
    foreign: Sandbox,
    overridden: Environment,
    between: Callable[[], None],
) -> None:
    """The token is the service's, the credentials are whatever the stranger likes."""
    answer = {
        "roleCredentials": {
            "accessKeyId": FOREIGN,
            "secretAccessKey": "f" * 40,
            "sessionToken": "f" * 832,
            "expiration": (int(time.time()) + 3600) * 1000,
        }
    }
    # A portal that takes any token.
    foreign.set_faults(
        {"operation": "role_credentials", "status": 200, "body": answer, "count": None}
    )
    portal = {**overridden}
    del portal["AWS_ENDPOINT_URL_SSO_OIDC"]
    home.sign_in(sandbox)
    for _ in range(2):
        assert whose(get(environment=portal), sandbox, foreign) == "the stranger's"
        between()
        assert whose(get(), sandbox, foreign) == "the service's"
        between()


def test_an_override_of_the_sign_in_alone_is_kept_apart(
    get: Executable,
    sandbox: Sandbox,
    foreign: Sandbox,
    overridden: Environment,
    between: Callable[[], None],
) -> None:
    """The token is the stranger's, and the portal knows nothing of it; nor is it asked afterwards."""
    oidc = {**overridden}
    del oidc["AWS_ENDPOINT_URL_SSO"]
    assert get(environment=oidc).returncode != 0
    between()
    seen = len(sandbox.requests())
    assert whose(get(), sandbox, foreign) == "the service's"
    statuses = [record.status for record in sandbox.requests()[seen:]]
    assert 401 not in statuses


def test_a_list_that_came_through_overrides_serves_no_call_without_them(
    environment: Environment, overridden: Environment, between: Callable[[], None]
) -> None:
    """Profiles are configured from it."""
    assert Programs(overridden).lines(LIST) == ["1"]
    between()
    assert Programs(environment).lines(LIST) == ["3"]
    between()
    assert Programs(overridden).lines(LIST) == ["1"]


def test_the_state_of_overrides_lies_in_a_folder_of_its_own(
    get: Executable, home: Home, foreign: Sandbox, overridden: Environment
) -> None:
    """A user who looks for what a stranger may have left finds it in one place, and can delete it."""
    assert get(environment=overridden).returncode == 0
    (theirs,) = home.state.glob("session-corp@*/roles/*/*")
    assert re.fullmatch(r"session-corp@[0-9a-f]{8}", theirs.parents[2].name)
    assert get().returncode == 0
    assert list((home.state / "session-corp").glob("roles/*/*")) != []
    secrets = [secret.encode() for secret in foreign.secrets()]
    ours = [path for path in (home.state / "session-corp").rglob("*") if path.is_file()]
    found = [path for path in ours for secret in secrets if secret in path.read_bytes()]
    assert found == []
