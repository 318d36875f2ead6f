"""`status`: the state of every session, from files alone."""

import json
import re
import time
from collections.abc import Callable
from typing import Any

import pytest

from credential_process.sandbox import Sandbox
from credential_process.stores import field_files
from testing import processes
from testing.executable import Executable
from testing.home import Home
from testing.people import Person
from tests.cli.conftest import SignIn

PAST = "2020-01-01T00:00:00Z"


@pytest.fixture
def status(command: Callable[[str], Executable]) -> Executable:
    """Return the installed ``sso-credential-process status``."""
    return command("status")


@pytest.fixture
def session(status: Executable) -> Callable[..., Any]:
    """Return a function that reads the only session in `status --json`."""

    def session(*arguments: str) -> Any:
        (only,) = json.loads(status("--json", *arguments).stdout)["sessions"]
        return only

    return session


def seconds(date: str) -> float:
    """Return how far a date is from now."""
    moment = time.strptime(date, "%Y-%m-%dT%H:%M:%SZ")
    return time.mktime(moment) - time.timezone - time.time()


def test_signed_out_is_exit_3_with_the_command_to_sign_in(status: Executable) -> None:
    """Scripts use the exit code, and users copy the command."""
    done = status()
    assert (done.returncode, done.stderr) == (3, "")
    assert "sso-credential-process login --sso-session corp" in done.stdout


def test_signed_in_is_exit_0(status: Executable, sign_in: SignIn) -> None:
    """`status && deploy` has to continue."""
    sign_in()
    assert status().returncode == 0


def test_no_request_is_sent_and_no_process_started(
    status: Executable, home: Home, sandbox: Sandbox, sign_in: SignIn
) -> None:
    """It may be part of a shell prompt: no request, no process, no lock file."""
    sign_in()
    status()
    assert (sandbox.requests(), processes.of(home.path)) == ([], {})
    assert home.host_files("*") == []


@pytest.mark.parametrize(
    ("changes", "state", "exit_code"),
    [
        ({}, "signed_in", 0),
        ({"expiresAt": PAST}, "renewable", 0),
        ({"expiresAt": PAST, "registrationExpiresAt": PAST}, "sign_in_needed", 3),
        ({"region": "eu-west-1"}, "sign_in_needed", 3),
    ],
)
def test_the_state_follows_the_token(
    status: Executable, sign_in: SignIn, changes: dict[str, str], state: str, exit_code: int
) -> None:
    """Users want to know whether they have to sign in, which depends on the token."""
    sign_in(**changes)
    done = status("--json")
    assert json.loads(done.stdout)["sessions"][0]["state"] == state
    assert done.returncode == exit_code


def test_the_expiry_of_the_token_is_shown_and_whether_it_is_renewed(
    session: Callable[..., Any], sign_in: SignIn
) -> None:
    """Users look this up before a long job."""
    sign_in(expiresAt="2040-01-01T00:00:00Z")
    assert session()["token"] == {"expires_at": "2040-01-01T00:00:00Z", "renewable": True}


def test_it_shows_since_when_the_user_has_been_signed_in(
    session: Callable[..., Any], status: Executable, get: Executable, home: Home
) -> None:
    """AWS reports to no program when a session ends; users know how long theirs last. A renewal changes nothing."""
    get()
    since = session()["signed_in_since"]
    assert -60 < seconds(since) <= 0
    assert "; signed in less than a minute ago" in status().stdout
    token = json.loads(home.token_file().read_text())
    (record,) = home.state.glob("session-corp/sign-in")
    earlier = re.sub(r"since=\d+", "since=1000000000", record.read_text())
    record.write_text(earlier)
    home.token_file().write_text(json.dumps({**token, "expiresAt": PAST}))
    assert get(*get.arguments[:-1], "Administrator").returncode == 0
    assert json.loads(home.token_file().read_text())["accessToken"] != token["accessToken"]
    assert session()["signed_in_since"] == "2001-09-09T01:46:40Z"


def test_since_when_is_not_known_after_a_sign_in_elsewhere(
    session: Callable[..., Any], get: Executable, sign_in: SignIn, home: Home
) -> None:
    """The sign-in before was another one; and a user who has signed out is not signed in."""
    get()
    sign_in()
    assert session()["signed_in_since"] is None
    home.token_file().unlink()
    assert session()["signed_in_since"] is None


def test_an_open_sign_in_shows_who_asks_and_where(
    session: Callable[..., Any], leave_open: Callable[[], Person]
) -> None:
    """Users can find a lost page again, and see which program asks."""
    gone = leave_open()
    sign_in = session()["sign_in"]
    assert "asks for Developer in 111122220001 (corp)" in sign_in["who_asks"]
    assert (sign_in["flow"], sign_in["url"]) == ("authorization_code", gone.arrivals()[0])
    assert 500 < seconds(sign_in["ends_at"]) <= 600


def test_a_renewable_token_is_not_enough_while_a_sign_in_is_open(
    session: Callable[..., Any], home: Home, leave_open: Callable[[], Person], sign_in: SignIn
) -> None:
    """The refresh has failed then: the portal session is over, whatever the files promise."""
    leave_open()
    processes.end(home.path)
    sign_in(expiresAt=PAST)
    assert session()["state"] == "sign_in_needed"


def test_a_failed_sign_in_and_its_cooldown_are_shown(
    session: Callable[..., Any], get: Executable, people: Callable[..., Person]
) -> None:
    """Users who wonder why no page opens find the reason, and until when."""
    get(environment={**get.environment, "BROWSER": people("--deny").browser})
    failure = session()["last_failure"]
    assert failure["message"] == "the sign-in was denied in the browser"
    assert seconds(failure["next_allowed_at"]) - seconds(failure["at"]) == pytest.approx(30, abs=2)


def test_cached_roles_are_shown_with_their_expiry(
    session: Callable[..., Any], get: Executable
) -> None:
    """They stay valid after a logout, and users must know until when."""
    credentials = json.loads(get().stdout)
    (role,) = session()["roles"]
    assert (role["account_id"], role["role_name"]) == ("111122220001", "Developer")
    assert role["expires_at"] == credentials["Expiration"]


def test_cached_roles_that_no_caller_would_get_are_not_shown(
    session: Callable[..., Any], home: Home, get: Executable
) -> None:
    """After `aws sso logout` they are still on the disk, but no caller gets them."""
    get()
    home.token_file().unlink()
    assert session()["roles"] == []


def test_a_broker_is_shown_while_it_lives(
    session: Callable[..., Any], home: Home, get: Executable
) -> None:
    """Users need the process id to look at it, or to end it."""
    get()
    assert session()["broker"]["pid"] in processes.of(home.path)
    processes.end(home.path)
    assert session()["broker"] is None


def test_a_session_that_cannot_be_read_is_exit_2(
    status: Executable, session: Callable[..., Any], home: Home
) -> None:
    """A broken section is named, and not shown as signed out."""
    home.config.write_text("[sso-session corp]\nsso_region = us-east-1\n")
    assert status().returncode == 2
    assert session()["state"] == "misconfigured"
    assert "sso_start_url in [sso-session corp] is missing" in session()["problem"]


def test_a_start_url_is_shown_while_something_of_it_is_left(
    status: Executable, home: Home, sandbox: Sandbox, get: Executable
) -> None:
    """It is in no config, but is a sign-in all the same."""
    arguments = ("--start-url", sandbox.start_url, "--sso-region", sandbox.region)
    get(*arguments, *get.arguments[2:])
    shown = json.loads(status("--json").stdout)["sessions"]
    assert [each["session"] for each in shown] == ["corp", None]
    assert (shown[1]["start_url"], shown[1]["state"]) == (sandbox.start_url, "signed_in")
    home.token_file(sandbox.start_url).unlink()
    shown = json.loads(status("--json").stdout)["sessions"]
    assert [each["session"] for each in shown] == ["corp"]


def test_no_secret_is_in_it(status: Executable, home: Home, get: Executable) -> None:
    """Users paste it into issues."""
    printed = json.loads(get().stdout)
    token = json.loads(home.token_file().read_text())
    secrets = [token[name] for name in ("accessToken", "refreshToken", "clientSecret", "clientId")]
    secrets += [printed[name] for name in ("AccessKeyId", "SecretAccessKey", "SessionToken")]
    said = status().stdout + status("--json").stdout
    assert [secret for secret in secrets if secret in said] == []


def test_text_from_files_cannot_control_the_terminal(
    status: Executable, home: Home, leave_open: Callable[[], Person]
) -> None:
    """A name with escape sequences could hide lines or imitate others."""
    leave_open()
    processes.end(home.path)
    (file,) = home.host_files("sign_in")
    fields = field_files.from_line(file.read_text())
    file.write_text(field_files.to_line({**fields, "who_asks": "\x1b]0;owned\x07\x1b[2Jterraform"}))
    assert "terraform" in status().stdout
    assert "\x1b" not in status().stdout
