"""A user has returned to the page, and the request for the tokens hangs: the broker still serves other callers."""

import signal
from collections.abc import Callable, Iterator
from subprocess import Popen

import pytest

from credential_process.sandbox import Sandbox
from testing.events import until
from testing.executable import Executable, finish
from testing.home import Home
from testing.people import Person
from tests.identity.held import hold

# Every request for tokens hangs until the test has ended.
PATIENT = {"SSO_CREDENTIAL_PROCESS_TIMEOUT": "600"}


@pytest.fixture
def login(get: Executable) -> Executable:
    """Return the installed ``sso-credential-process login``."""
    return Executable("login", get.home, get.environment, ("--sso-session", "corp"))


@pytest.fixture
def caller(sandbox: Sandbox, login: Executable) -> Iterator[Popen[str]]:
    """Start a ``login`` whose user has returned from Identity Center; the response with the tokens is held back."""
    wait = hold(sandbox, {"operation": "token"})
    caller = login.start(environment={**login.environment, **PATIENT})
    wait()
    yield caller
    caller.kill()
    caller.communicate()


def is_answered(get: Executable) -> bool:
    """Return whether the broker answers a caller that needs no sign-in."""
    return get(*get.arguments, "--no-login").returncode == 3


def test_a_token_from_another_tool_serves_callers_meanwhile(
    get: Executable, home: Home, sandbox: Sandbox, caller: Popen[str]
) -> None:
    """They used to wait for a request whose tokens were not needed any more."""
    home.sign_in(sandbox)
    others = home.token_file().read_text()
    assert finish(caller).returncode == 0
    assert get().returncode == 0
    assert sandbox.faults()[0]["holding"] == 1
    sandbox.set_faults()
    until(lambda: sandbox.counters()["logout"], "the late tokens are revoked")
    assert home.token_file().read_text() == others


@pytest.mark.usefixtures("caller")
def test_a_login_that_shows_the_page_again_delays_no_caller(
    get: Executable, login: Executable, home: Home, sandbox: Sandbox, people: Callable[..., Person]
) -> None:
    """A user who sees no progress types `login` again, and every caller had to wait with them."""
    leaving = {"BROWSER": people("--leave").browser, **PATIENT}
    again = login.start(environment={**login.environment, **leaving})
    until(lambda: len(home.wants()) == 2, "it has asked")
    assert is_answered(get)
    assert sandbox.faults()[0]["holding"] == 1
    sandbox.set_faults()
    assert finish(again).returncode == 0


def test_a_login_that_begins_another_delays_no_caller(
    get: Executable, login: Executable, sandbox: Sandbox, caller: Popen[str]
) -> None:
    """It serves both users, and the sign-in that it replaces stores nothing any more."""
    other = login.start(
        "--sso-session", "corp", "--force", environment={**login.environment, **PATIENT}
    )
    until(lambda: sandbox.faults()[0]["holding"] == 2, "the user has come back to the other page")
    assert is_answered(get)
    sandbox.set_faults()
    assert (finish(caller).returncode, finish(other).returncode) == (0, 0)
    until(lambda: sandbox.counters()["logout"] == 1, "the late tokens are revoked")
    assert get("--no-login", *get.arguments).returncode == 0


def test_a_login_that_is_cancelled_delays_no_caller(
    get: Executable, home: Home, sandbox: Sandbox, caller: Popen[str]
) -> None:
    """Users press Ctrl-C when nothing happens; the sign-in then stores nothing any more."""
    caller.send_signal(signal.SIGINT)
    assert finish(caller).returncode == 130
    assert is_answered(get)
    assert sandbox.faults()[0]["holding"] == 1
    sandbox.set_faults()
    until(lambda: sandbox.counters()["logout"], "the late tokens are revoked")
    assert not home.token_file().exists()
