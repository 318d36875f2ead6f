"""`logout`: nothing of the session is left, here and at the service, and no other session is affected."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from credential_process.sandbox import Sandbox
from testing import processes
from testing.events import until
from testing.executable import Executable, finish
from testing.home import Home
from testing.people import Pause, Person
from tests.cli.conftest import SignIn

PAST = "2020-01-01T00:00:00Z"


@pytest.fixture
def logout(command: Callable[[str], Executable]) -> Executable:
    """Return the installed ``sso-credential-process logout``."""
    return command("logout")


def cache(home: Home) -> set[Path]:
    """Return the files of the token cache: tokens and client registrations."""
    return set((home.aws / "sso" / "cache").iterdir())


def test_a_logout_leaves_nothing_of_the_session(
    logout: Executable, get: Executable, home: Home, sandbox: Sandbox
) -> None:
    """On a shared computer the next user must find no token, no registration and no credentials."""
    get()
    document = home.document(sandbox.accounts[0].account_id, "Developer")
    assert (len(cache(home)), document.exists()) == (2, True)
    done = logout()
    assert (done.returncode, done.stdout) == (0, "")
    assert (cache(home), document.exists()) == (set(), False)


def test_a_logout_ends_the_session_at_the_service(
    logout: Executable, get: Executable, home: Home, sandbox: Sandbox
) -> None:
    """A token that was copied before is then worthless."""
    get()
    kept = json.loads(home.token_file().read_text())
    logout()
    processes.end(home.path)
    assert sandbox.counters()["logout"] == 1
    home.token_file().write_text(json.dumps({**kept, "refreshToken": ""}))
    assert get(*get.arguments, "--no-login").returncode == 3


def test_credentials_that_arrive_after_a_sign_out_are_not_kept(
    get: Executable, home: Home, sandbox: Sandbox
) -> None:
    """They were under way when one user left the computer to the next, who signs in with another account."""
    get()
    sandbox.set_faults({"operation": "role_credentials", "delay_seconds": 1})
    caller = get.start(*get.arguments[:-1], "Administrator", "--no-login")
    assert sandbox.wait_until(lambda counters: counters["role_credentials"] == 2)
    home.token_file().unlink()
    done = finish(caller)
    assert (done.returncode, done.stdout) == (3, "")
    assert not home.document(sandbox.accounts[0].account_id, "Administrator").exists()


def test_a_logout_reports_which_credentials_stay_valid(logout: Executable, get: Executable) -> None:
    """Role credentials cannot be revoked, which users must know."""
    get()
    said = logout().stderr
    assert re.fullmatch(
        r"Signed out of corp\.\n"
        r"Credentials that programs already have stay valid:\n"
        r"  111122220001  Developer  until \d\d:\d\d( on [-0-9]+)?\n",
        said,
    )


def test_a_logout_of_one_session_leaves_the_other(
    logout: Executable, get: Executable, home: Home, lab: str
) -> None:
    """Signing out of one company does not sign out of the other."""
    get()
    get("--sso-session", lab, *get.arguments[2:])
    processes.end(home.path)
    others = [home.token_file(lab), *home.session_folder(lab).glob("roles/*/*")]
    before = [(path.stat().st_ino, path.read_bytes()) for path in others]
    registrations = cache(home) - {home.token_file(), home.token_file(lab)}
    logout("--sso-session", "corp")
    assert len(others) == 2
    assert [(path.stat().st_ino, path.read_bytes()) for path in others] == before
    assert len(registrations & cache(home)) == 1


def test_a_logout_while_signed_out_succeeds(logout: Executable, sandbox: Sandbox) -> None:
    """Scripts clean up unconditionally; no request is sent."""
    done = logout()
    assert (done.returncode, done.stderr) == (0, "You were not signed in to corp.\n")
    assert sandbox.requests() == []


def test_an_expired_token_is_renewed_to_end_its_session(
    logout: Executable, get: Executable, home: Home, sandbox: Sandbox
) -> None:
    """In the evening the token has expired, but its refresh token is valid for weeks."""
    get()
    token = json.loads(home.token_file().read_text())
    home.token_file().write_text(json.dumps({**token, "expiresAt": PAST}))
    sandbox.expire("access_tokens")
    assert logout().returncode == 0
    assert sandbox.counters()["logout"] == 1


def test_a_session_that_is_over_already_is_not_a_problem(
    logout: Executable, get: Executable, home: Home, sandbox: Sandbox
) -> None:
    """An administrator, or the user in a browser, may have ended it before."""
    get()
    sandbox.revoke_session()
    assert (logout().returncode, cache(home)) == (0, set())


def test_without_the_service_the_user_is_signed_out_here(
    logout: Executable, home: Home, sign_in: SignIn
) -> None:
    """This works in an aeroplane, and a message shows that the session continues at the service."""
    sign_in()
    nowhere = {**logout.environment, "AWS_ENDPOINT_URL_SSO": "http://127.0.0.1:9"}
    done = logout(environment=nowhere)
    assert (done.returncode, cache(home)) == (5, set())
    assert "Signed out of corp." in done.stderr
    assert "signed out here, but not at IAM Identity Center" in done.stderr


def test_an_open_sign_in_ends_with_it(
    logout: Executable, get: Executable, home: Home, people: Callable[..., Person], pause: Pause
) -> None:
    """A user who signs out must not be signed in by a page that is still open."""
    person = people("--wait-for", str(pause.path))
    caller = get.start(environment={**get.environment, "BROWSER": person.browser})
    until(person.arrivals, "the page is open")
    assert logout().returncode == 0
    assert finish(caller).returncode == 4
    until(pause.end, "the person comes back to the page")
    until(lambda: "person.py" not in str(processes.of(home.path)), "the person has left")
    assert home.host_files("sign_in") == []
    assert not home.token_file().exists()


def test_a_caller_after_it_asks_though_a_sign_in_was_open(
    logout: Executable, get: Executable, person: Person, people: Callable[..., Person]
) -> None:
    """As after any other sign-out: the user has denied nothing."""
    leaving = people("--leave")
    caller = get.start(environment={**get.environment, "BROWSER": leaving.browser})
    until(leaving.arrivals, "the page is open")
    assert logout().returncode == 0
    assert finish(caller).returncode == 4
    done = get()
    assert (done.returncode, len(person.arrivals())) == (0, 1)


def test_all_signs_out_of_start_urls_too(
    logout: Executable, get: Executable, home: Home, sandbox: Sandbox, sign_in: SignIn
) -> None:
    """They are in no config, but all means all."""
    sign_in()
    get("--start-url", sandbox.start_url, "--sso-region", sandbox.region, *get.arguments[2:])
    assert logout("--all").returncode == 0
    assert cache(home) == set()


def test_a_token_of_another_tool_is_left_alone(
    logout: Executable, home: Home, sign_in: SignIn
) -> None:
    """`aws sso logout` deletes every token; this `logout` only those of its sessions."""
    sign_in()
    sign_in("kiro")
    logout()
    assert cache(home) == {home.token_file("kiro")}


def test_all_of_none_succeeds(logout: Executable, home: Home) -> None:
    """A script that removes everything may run twice."""
    home.config.write_text("")
    done = logout("--all")
    assert (done.returncode, done.stderr) == (0, "There is no session to sign out of.\n")
