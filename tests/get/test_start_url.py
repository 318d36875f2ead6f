"""`get --start-url`: the token cache uses the URL as written, the service gets the normalized one."""

import json

import pytest

from credential_process.sandbox import Sandbox
from testing.executable import Executable
from testing.home import Home
from testing.people import Person

SPELLINGS = ("", "/", "#/", "/#/", "/#", "#")


@pytest.fixture
def arguments(sandbox: Sandbox) -> tuple[str, ...]:
    """Return the arguments after the start URL."""
    account_id = sandbox.accounts[0].account_id
    return ("--sso-region", sandbox.region, "--account-id", account_id, "--role-name", "Developer")


@pytest.mark.parametrize("ending", SPELLINGS)
def test_the_token_is_kept_under_the_url_as_written(
    get: Executable, home: Home, sandbox: Sandbox, arguments: tuple[str, ...], ending: str
) -> None:
    """All SDKs look under the SHA-1 of the configured string, without normalizing it."""
    written = sandbox.start_url + ending
    done = get("--start-url", written, *arguments)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(home.token_file(written).read_text())["startUrl"] == written


@pytest.mark.parametrize("ending", SPELLINGS)
def test_the_service_gets_the_normalized_url(
    get: Executable, sandbox: Sandbox, arguments: tuple[str, ...], ending: str
) -> None:
    """Users copy ``/#/`` from the browser's address bar, but the service knows one start URL."""
    get("--start-url", sandbox.start_url + ending, *arguments)
    (registration,) = (each for each in sandbox.requests() if each.operation == "register")
    assert isinstance(registration.body, dict)
    assert registration.body["issuerUrl"] == sandbox.start_url


def test_a_start_url_is_warm_the_second_time(
    get: Executable, sandbox: Sandbox, nobody: Person, arguments: tuple[str, ...]
) -> None:
    """The warm path also works without a session in the config."""
    first = get("--start-url", sandbox.start_url, *arguments)
    before = sandbox.counters()
    again = get(
        "--start-url",
        sandbox.start_url,
        *arguments,
        environment={**get.environment, "BROWSER": nobody.browser},
    )
    assert (again.returncode, again.stdout) == (0, first.stdout)
    assert sandbox.counters() == before


def test_a_start_url_needs_no_config_file(
    get: Executable, home: Home, sandbox: Sandbox, arguments: tuple[str, ...]
) -> None:
    """In a container there may be none."""
    home.config.unlink()
    done = get("--start-url", sandbox.start_url, *arguments)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_session_and_its_start_url_do_not_share_a_token(
    get: Executable, sandbox: Sandbox, arguments: tuple[str, ...]
) -> None:
    """The SDKs keep them apart, and neither would sign out a shared one."""
    get()
    get("--start-url", sandbox.start_url, *arguments)
    assert sandbox.counters()["token"]["authorization_code"] == 2
