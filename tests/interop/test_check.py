"""`check` of tokens and clocks."""

import pytest

from credential_process.sandbox import Sandbox
from testing.executable import Executable
from testing.home import Home
from tests.interop.conftest import Session


@pytest.fixture
def check(get: Executable, session: Session, alone: dict[str, str]) -> Executable:
    """Return ``check`` for the session."""
    return Executable("check", get.home, alone, session.options)


@pytest.fixture
def signed_in(home: Home, session: Session, sandbox: Sandbox) -> None:
    """Sign in as ``aws sso login`` does."""
    home.sign_in(sandbox, session.token_key)


@pytest.mark.usefixtures("signed_in")
def test_only_a_start_url_is_warned_about(check: Executable, session: Session) -> None:
    """SDKs refresh only the tokens of sessions, which explains why others expire."""
    done = check()
    assert (done.returncode, "signed in" in done.stdout) == (0, True)
    assert ("SDKs never renew" in done.stdout) == ("--start-url" in session.options)


@pytest.mark.parametrize("session", ["sso_session"], indirect=True)
@pytest.mark.parametrize(("seconds", "way"), [(7200, "behind"), (-7200, "ahead of")])
def test_a_clock_that_is_wrong_is_a_problem(
    check: Executable, sandbox: Sandbox, seconds: int, way: str
) -> None:
    """Signatures with a wrong date are refused with messages that mention no clock."""
    sandbox.set_faults({"clock_skew_seconds": seconds, "count": None})
    done = check()
    assert (done.returncode, f"{way} that of AWS" in done.stdout) == (5, True)


@pytest.mark.parametrize("session", ["sso_session"], indirect=True)
def test_signed_out_is_exit_3(check: Executable) -> None:
    """It shows how to sign in, and scripts must be able to distinguish it from a broken profile."""
    done = check()
    assert done.returncode == 3
    assert "sso-credential-process login --sso-session corp" in done.stdout
