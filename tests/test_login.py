"""`login`: an explicit sign-in, of which `get` needs only little."""

from collections.abc import Callable

import pytest

from credential_process.sandbox import Sandbox
from tests.executable import Executable
from tests.people import Person


@pytest.fixture
def login(get: Executable) -> Executable:
    """Return the installed ``sso-credential-process login``."""
    return Executable("login", get.home, get.environment, ("--sso-session", "corp"))


def test_a_login_serves_the_callers(login: Executable, get: Executable, sandbox: Sandbox) -> None:
    """In the morning once, and nobody is asked for the rest of the day."""
    assert login().returncode == 0
    assert get(*get.arguments, "--no-login").returncode == 0
    assert sandbox.counters()["authorize"] == 1


def test_a_login_that_is_not_needed_asks_nothing(login: Executable, sandbox: Sandbox) -> None:
    """Scripts run it first, every time."""
    login()
    before = sandbox.counters()
    assert login().returncode == 0
    assert sandbox.counters() == before


def test_a_login_ends_the_cooldown(
    login: Executable, get: Executable, people: Callable[..., Person]
) -> None:
    """Whoever types it is there, and wants to be asked."""
    refusing = {**get.environment, "BROWSER": people("--deny").browser}
    assert get(environment=refusing).returncode == 4
    assert get().returncode == 3
    assert login().returncode == 0
    assert get().returncode == 0


def test_a_login_says_so_on_stderr_alone(login: Executable) -> None:
    """What it says is for a person; stdout is for machines."""
    done = login()
    assert (done.stdout, "Signed in" in done.stderr) == ("", True)


def test_a_login_that_is_refused_is_a_no(login: Executable, people: Callable[..., Person]) -> None:
    """The exit codes are the same for every command."""
    refusing = {**login.environment, "BROWSER": people("--deny").browser}
    assert login(environment=refusing).returncode == 4


@pytest.mark.parametrize("session", ["nosuch", "../.."])
def test_a_login_to_no_session_is_refused_in_one_line(login: Executable, session: str) -> None:
    """The name is the first thing that people mistype."""
    done = login("--sso-session", session)
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
