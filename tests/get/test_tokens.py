"""The token cache that `get` shares with the AWS CLI and the SDKs."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from credential_process.sandbox import Sandbox
from testing import processes
from testing.executable import Executable
from testing.home import Home
from testing.people import Person

FIELDS = [
    "startUrl", "region", "accessToken", "expiresAt", "clientId", "clientSecret",
    "registrationExpiresAt", "refreshToken",
]  # fmt: skip
OTHER_ROLE = "Administrator"
Token = dict[str, Any]


@pytest.fixture
def token(get: Executable, home: Home) -> Token:
    """Sign in, and return the contents of the token file."""
    assert get().returncode == 0
    content: Token = json.loads(home.token_file().read_text())
    return content


def ask_for_another_role(get: Executable) -> tuple[int, str]:
    """Ask for a role that is not cached, so that the token is needed; return exit code and stderr."""
    done = get(*get.arguments[:-1], OTHER_ROLE)
    return done.returncode, done.stderr


def test_all_eight_fields_are_written(token: Token) -> None:
    """Without one of them, botocore does not refresh."""
    assert sorted(token) == sorted(FIELDS)


@pytest.mark.parametrize("field", ["expiresAt", "registrationExpiresAt"])
def test_times_are_whole_seconds_of_utc(token: Token, field: str) -> None:
    """This is the only form that all eight SDKs read."""
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", token[field])


def test_a_token_of_the_aws_cli_is_used(
    get: Executable, home: Home, token: Token, sandbox: Sandbox, nobody: Person
) -> None:
    """Users who ran `aws sso login` this morning are not asked again."""
    processes.end(get.home)
    home.token_file().write_text(json.dumps({name: token[name] for name in FIELDS}))
    environment = {**get.environment, "BROWSER": nobody.browser}
    done = get(*get.arguments[:-1], OTHER_ROLE, environment=environment)
    assert (done.returncode, sandbox.counters()["authorize"]) == (0, 1)


def test_milliseconds_in_a_token_file_are_read(
    get: Executable, home: Home, token: Token, sandbox: Sandbox
) -> None:
    """The JavaScript SDK writes them when it refreshes."""
    milliseconds = token["expiresAt"].replace("Z", ".123Z")
    home.token_file().write_text(json.dumps({**token, "expiresAt": milliseconds}))
    assert ask_for_another_role(get) == (0, "")
    assert sandbox.counters()["authorize"] == 1


def test_an_expired_token_is_refreshed_and_nobody_asked(
    get: Executable, home: Home, token: Token, sandbox: Sandbox
) -> None:
    """With a refresh token, users sign in once a day."""
    home.token_file().write_text(json.dumps({**token, "expiresAt": "2020-01-01T00:00:00Z"}))
    assert ask_for_another_role(get) == (0, "")
    tokens = sandbox.counters()["token"]
    assert (tokens["refresh_token"], tokens["authorization_code"]) == (1, 1)


def test_a_refreshed_token_is_stored_whole(get: Executable, home: Home, token: Token) -> None:
    """Losing the refresh token would cost another sign-in."""
    home.token_file().write_text(json.dumps({**token, "expiresAt": "2020-01-01T00:00:00Z"}))
    assert ask_for_another_role(get) == (0, "")
    renewed = json.loads(home.token_file().read_text())
    assert sorted(renewed) == sorted(FIELDS)
    assert renewed["accessToken"] != token["accessToken"]


def changed(**fields: object) -> Callable[[Token], str]:
    """Write a token file with other values in some fields."""
    return lambda token: json.dumps({**token, **fields})


def without(field: str) -> Callable[[Token], str]:
    """Write a token file that lacks a field."""
    return lambda token: json.dumps({name: token[name] for name in token if name != field})


MISSES: dict[str, Callable[[Token], str]] = {
    "empty": lambda _: "",
    "cut": lambda token: json.dumps(token)[:100],
    "a list": lambda _: "[]",
    "a number": lambda _: "7",
    "zeros": lambda token: "\0" * len(json.dumps(token)),
    "deeply nested": lambda _: "[" * 100_000,
    "no access token": without("accessToken"),
    "access token of the wrong type": changed(accessToken=7),
    "no expiry": without("expiresAt"),
    "expiry that is no date": changed(expiresAt="tomorrow"),
    "expiry of the wrong type": changed(expiresAt=7),
    "of another region": changed(region="eu-central-1"),
    "of another start URL": changed(startUrl="https://d-0987654321.awsapps.com/start"),
    "expired, nothing to refresh with": lambda token: without("refreshToken")(
        {**token, "expiresAt": "2020-01-01T00:00:00Z"}
    ),
    "a stranger's, of the far future": changed(
        accessToken="aoaForeign", refreshToken="aorForeign", expiresAt="2999-01-01T00:00:00Z"
    ),
}


@pytest.mark.parametrize("content", MISSES.values(), ids=MISSES.keys())
def test_an_unusable_token_file_is_a_miss(
    get: Executable, home: Home, token: Token, sandbox: Sandbox, content: Callable[[Token], str]
) -> None:
    """AWS tools write this file without care: a bad one costs a sign-in, and is never an error."""
    home.token_file().write_text(content(token))
    assert ask_for_another_role(get) == (0, "")
    assert sandbox.counters()["authorize"] == 2


@pytest.mark.parametrize("stray", ["}", "\n\n", '"}', "\0"])
def test_stray_bytes_after_a_token_cost_at_most_a_sign_in(
    get: Executable, home: Home, token: Token, stray: str
) -> None:
    """Concurrent writers with an old botocore leave them; they crashed botocore."""
    home.token_file().write_text(json.dumps(token) + stray)
    assert ask_for_another_role(get) == (0, "")


def test_a_byte_order_mark_is_ignored(get: Executable, home: Home, token: Token) -> None:
    """Editors on Windows write one."""
    home.token_file().write_text("\ufeff" + json.dumps(token))
    assert ask_for_another_role(get) == (0, "")


def test_a_spent_refresh_token_is_not_presented_again(
    get: Executable, home: Home, token: Token, sandbox: Sandbox
) -> None:
    """A service that detects reuse may end the session of all callers with a newer token."""
    sandbox.revoke_session()
    home.token_file().write_text(json.dumps({**token, "expiresAt": "2020-01-01T00:00:00Z"}))
    for _ in range(2):
        done = get(*get.arguments[:-1], OTHER_ROLE, "--no-login")
        assert (done.returncode, "sign-in needed" in done.stderr) == (3, True)
        processes.end(get.home)  # the next broker reads it from the disk
    assert sandbox.counters()["token"]["refresh_token"] == 1
