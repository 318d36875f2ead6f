"""botocore's own SSO provider and `get` share one token: native profiles beside managed ones."""

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from credential_process.sandbox import Sandbox
from testing.executable import Executable

PROGRAM = """
import boto3
session = boto3.Session(profile_name="native")
print(session.get_credentials().method)
print(session.client("sts").get_caller_identity()["Arn"])
"""


@dataclass(frozen=True, slots=True)
class Boto3:
    """A user's program with the profile native."""

    environment: Mapping[str, str]

    def run(self) -> tuple[str, str]:
        """Return the source of its credentials, and its caller identity."""
        done = subprocess.run(
            [sys.executable, "-I", "-c", PROGRAM],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        method, arn = done.stdout.split()
        return method, arn


@pytest.fixture
def boto3(alone: dict[str, str]) -> Boto3:
    """Return the program, in the home of `get`."""
    return Boto3(alone)


def another_role(get: Executable, alone: dict[str, str]) -> tuple[int, str]:
    """Run `get` for a role that is not cached, when no user can be asked; return exit code and stderr."""
    done = get(*get.arguments[:-1], "Administrator", environment=alone)
    return done.returncode, done.stderr


def test_a_native_profile_uses_a_sign_in_of_get(
    boto3: Boto3, get: Executable, sandbox: Sandbox
) -> None:
    """Scripts with native profiles continue to work, whichever tool signed in."""
    assert get().returncode == 0
    method, arn = boto3.run()
    assert method == "sso"
    assert "Developer" in arn
    assert sandbox.counters()["token"] == {
        "authorization_code": 1, "refresh_token": 0, "device_code": 0,
    }  # fmt: skip


def test_a_native_profile_uses_a_token_that_get_has_refreshed(
    boto3: Boto3,
    get: Executable,
    expire_token: Callable[[], None],
    alone: dict[str, str],
    sandbox: Sandbox,
) -> None:
    """No SDK refreshes tokens of old profiles with a start URL, but the broker does."""
    assert get().returncode == 0
    expire_token()
    assert another_role(get, alone) == (0, "")
    assert boto3.run()[0] == "sso"
    assert sandbox.counters()["token"]["refresh_token"] == 1


@pytest.mark.parametrize("session", ["sso_session"], indirect=True)
def test_get_uses_a_token_that_botocore_has_refreshed(
    boto3: Boto3,
    get: Executable,
    expire_token: Callable[[], None],
    alone: dict[str, str],
    sandbox: Sandbox,
) -> None:
    """The old refresh token is spent by then, so `get` must read the new one."""
    assert get().returncode == 0
    expire_token()
    boto3.run()
    assert another_role(get, alone) == (0, "")
    assert sandbox.counters()["token"]["refresh_token"] == 1


@pytest.mark.parametrize("session", ["sso_session"], indirect=True)
def test_botocore_and_get_refresh_in_turns(
    boto3: Boto3,
    get: Executable,
    expire_token: Callable[[], None],
    alone: dict[str, str],
    sandbox: Sandbox,
) -> None:
    """Refresh tokens work once, so each must write everything that the other needs."""
    assert get().returncode == 0
    for account in sandbox.accounts:
        expire_token()
        boto3.run()
        expire_token()
        line = ("--sso-session", "corp", "--account-id", account.account_id)
        assert get(*line, "--role-name", "Administrator", environment=alone).returncode == 0
    counters = sandbox.counters()
    assert (counters["token"]["refresh_token"], counters["refresh_reuse_attempts"]) == (6, 0)


@pytest.mark.parametrize("session", ["sso_session"], indirect=True)
def test_a_refresh_token_that_botocore_has_dropped_leads_to_a_sign_in(
    boto3: Boto3,
    get: Executable,
    token_file: Path,
    expire_token: Callable[[], None],
    sandbox: Sandbox,
) -> None:
    """If a reply has none, botocore drops the old one: the token is used until it expires."""
    sandbox.configure(rotate="omit")
    assert get().returncode == 0
    expire_token()
    boto3.run()
    assert "refreshToken" not in json.loads(token_file.read_text())
    expire_token()
    assert get(*get.arguments[:-1], "Administrator").returncode == 0
    assert sandbox.counters()["authorize"] == 2
