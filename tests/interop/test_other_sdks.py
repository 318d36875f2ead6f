"""Token files that other SDKs have refreshed: by their own programs, and in forms found in practice.

JavaScript writes milliseconds and indents, Go keeps unknown fields, and concurrent writers leave bytes of the
longer content behind the shorter one.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from credential_process.sandbox import Sandbox
from testing.executable import Executable
from testing.home import Home
from testing.people import Person
from tests.interop.conftest import Session
from tests.sdks.program import GO, Program

JAVASCRIPT = Path(__file__).parents[1] / "sdks" / "javascript" / "get_caller_identity.js"
SDKS = {"JavaScript v3": ("node", str(JAVASCRIPT)), "Go v2": (str(GO),)}
Token = dict[str, Any]


@pytest.fixture
def session(sso_session: Session) -> Session:
    """Name it by an ``[sso-session]`` section: start URLs are refreshed by no SDK."""
    return sso_session


@pytest.mark.parametrize("command", SDKS.values(), ids=SDKS.keys())
def test_get_uses_a_token_that_an_sdk_has_refreshed(
    get: Executable,
    token_file: Path,
    expire_token: Callable[[], None],
    alone: dict[str, str],
    nobody: Person,
    sandbox: Sandbox,
    command: tuple[str, ...],
) -> None:
    """Each SDK writes in its own form, and could only refresh because it can read the token of `get`."""
    assert get().returncode == 0
    expire_token()
    expired = token_file.read_text()
    program = Program(command, {**alone, "AWS_PROFILE": "native"})
    assert program.identity(nobody)["Account"] == sandbox.accounts[0].account_id
    assert token_file.read_text() != expired
    done = get(*get.arguments[:-1], "Administrator", environment=alone)
    assert (done.returncode, done.stderr) == (0, "")
    assert sandbox.counters()["token"]["refresh_token"] == 1


def javascript(token: Token) -> str:
    """Write like JavaScript after a reply without a refresh token."""
    content = {**token, "expiresAt": token["expiresAt"].replace("Z", ".000Z")}
    del content["refreshToken"]
    return json.dumps(content, indent=2)


def go(token: Token) -> str:
    """Write like Go: sorted, with unknown fields, and without spaces."""
    content = {**token, "issuedBy": "a tool", "clientIdHash": "0" * 40, "nested": {"a": [1]}}
    return json.dumps(content, sort_keys=True, separators=(",", ":"))


def rust(token: Token) -> str:
    """Write like Rust: with nanoseconds."""
    return json.dumps({**token, "expiresAt": token["expiresAt"].replace("Z", ".123456789Z")})


def old_botocore(token: Token) -> str:
    """Write dates like old versions of botocore."""
    return json.dumps({**token, "expiresAt": token["expiresAt"].replace("Z", "UTC")})


def two_writers(token: Token) -> str:
    """Leave the end of a longer content behind a shorter one (botocore issue 3213)."""
    return json.dumps(token) + '"}'


@pytest.mark.parametrize("written", [javascript, go, rust, old_botocore, two_writers])
def test_get_uses_a_valid_token_in_any_form(
    get: Executable,
    home: Home,
    alone: dict[str, str],
    sandbox: Sandbox,
    written: Callable[[Token], str],
) -> None:
    """Whatever an SDK writes there, the user has signed in already."""
    home.token_file().parent.mkdir(parents=True)
    home.token_file().write_text(written(sandbox.sign_in()))
    done = get(environment=alone)
    assert (done.returncode, done.stderr) == (0, "")
    assert sandbox.counters()["token"]["refresh_token"] == 0
