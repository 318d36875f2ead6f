"""The AWS CLI v2 and sso-credential-process share one sign-in: both can sign in, refresh and sign out.

The CLI is Debian's, unchanged, and reaches ``oidc.us-east-1.amazonaws.com`` through a proxy.
"""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from credential_process.sandbox import ACCESS_TENANT, Sandbox
from testing.executable import Executable
from testing.home import Home
from tests.interop import aws_cli
from tests.interop.aws_cli import AwsCli

pytestmark = pytest.mark.skipif(
    not os.access(aws_cli.PATH, os.X_OK), reason="the AWS CLI v2 is not installed: run make test"
)


@pytest.fixture
def aws(get: Executable, sandbox: Sandbox, alone: dict[str, str]) -> AwsCli:
    """Return the AWS CLI, in the home of `get`."""
    assert get.home
    overrides = sandbox.environment
    inherited = {name: value for name, value in alone.items() if name not in overrides}
    return AwsCli({**inherited, **sandbox.proxy_environment}, sandbox)


def test_it_is_version_2(aws: AwsCli) -> None:
    """Version 1 has no ``sso login``, and would prove nothing."""
    assert aws("--version").stdout.startswith("aws-cli/2.")


def test_get_uses_a_sign_in_of_the_aws_cli(
    aws: AwsCli, get: Executable, alone: dict[str, str], sandbox: Sandbox
) -> None:
    """Users who ran ``aws sso login`` this morning are not asked again."""
    aws.sign_in()
    assert aws.export()["AccessKeyId"].startswith("ASIA")
    done = get(environment=alone)
    assert (done.returncode, done.stderr) == (0, "")
    assert (sandbox.counters()["device_authorization"], sandbox.counters()["authorize"]) == (1, 0)


def test_the_aws_cli_uses_a_sign_in_of_get(aws: AwsCli, get: Executable, sandbox: Sandbox) -> None:
    """Users keep their native profiles beside managed ones."""
    assert get().returncode == 0
    assert aws.export()["AccessKeyId"].startswith("ASIA")
    assert aws("sts", "get-caller-identity").returncode == 0
    assert sandbox.counters()["device_authorization"] == 0
    assert sandbox.counters()["token"]["refresh_token"] == 0


def test_a_sign_out_of_the_aws_cli_signs_get_out(
    aws: AwsCli, get: Executable, token_file: Path, sandbox: Sandbox
) -> None:
    """``aws sso logout`` ends everything at the end of the day, cached credentials included."""
    assert get().returncode == 0
    assert get(*get.arguments, "--no-login").returncode == 0
    assert aws("sso", "logout").returncode == 0
    done = get(*get.arguments, "--no-login")
    assert (done.returncode, done.stdout) == (3, "")
    assert len(done.stderr.splitlines()) == 1
    assert not token_file.exists()
    assert sandbox.counters()["logout"] == 1


def test_after_a_sign_out_of_the_aws_cli_get_signs_in_again(
    aws: AwsCli, get: Executable, sandbox: Sandbox
) -> None:
    """The service has ended the session, so an old refresh token would be refused."""
    get()
    assert aws("sso", "logout").returncode == 0
    done = get()
    assert (done.returncode, done.stderr) == (0, "")
    exchanges = {"authorization_code": 2, "refresh_token": 0, "device_code": 0}
    assert sandbox.counters()["token"] == exchanges


def test_a_sign_in_after_a_sign_out_gets_new_credentials(aws: AwsCli, get: Executable) -> None:
    """Another user may have signed in, who must not get the credentials of the first."""
    before = get().stdout
    assert aws("sso", "logout").returncode == 0
    assert get().stdout != before


@pytest.mark.parametrize("session", ["sso_session"], indirect=True)
def test_the_aws_cli_refreshes_the_token_of_a_sign_in_of_get(
    aws: AwsCli,
    get: Executable,
    expire_token: Callable[[], None],
    alone: dict[str, str],
    sandbox: Sandbox,
) -> None:
    """The AWS CLI needs all eight fields for that, and its new token is used afterwards."""
    assert get().returncode == 0
    expire_token()
    aws.export()
    done = get(*get.arguments[:-1], "Administrator", environment=alone)
    assert (done.returncode, done.stderr) == (0, "")
    assert sandbox.counters()["token"]["refresh_token"] == 1


@pytest.mark.parametrize("session", ["sso_session"], indirect=True)
def test_get_refreshes_the_token_of_a_sign_in_of_the_aws_cli(
    aws: AwsCli,
    get: Executable,
    expire_token: Callable[[], None],
    alone: dict[str, str],
    sandbox: Sandbox,
) -> None:
    """This needs the AWS CLI's client registration, which the refresh token is bound to."""
    aws.sign_in()
    expire_token()
    assert get(environment=alone).returncode == 0
    aws.export()
    counters = sandbox.counters()
    assert (counters["register"], counters["token"]["refresh_token"]) == (1, 1)


@pytest.mark.parametrize("session", ["start_url"], indirect=True)
def test_a_start_url_sign_in_of_the_aws_cli_ends_without_a_refresh(
    aws: AwsCli,
    get: Executable,
    token_file: Path,
    expire_token: Callable[[], None],
    sandbox: Sandbox,
) -> None:
    """It registers without a scope and gets no refresh token: after eight hours the user is asked."""
    aws.sign_in()
    expire_token()
    assert get().returncode == 0
    assert sandbox.counters()["authorize"] == 1
    assert "refreshToken" in json.loads(token_file.read_text())


@pytest.mark.parametrize("session", ["sso_session"], indirect=True)
@pytest.mark.parametrize("has_scopes", [True, False])
def test_the_scopes_of_a_sign_in_of_the_aws_cli_are_known(
    aws: AwsCli, get: Executable, home: Home, sandbox: Sandbox, *, has_scopes: bool
) -> None:
    """A role of account access manager that is not granted costs no sign-in if they suffice, else one alone."""
    if has_scopes:
        scopes = "sso_registration_scopes = sso:account:access"
        more = f"{scopes},account_access:read_only,account_access:assume"
        home.config.write_text(home.config.read_text().replace(scopes, more))
    aws.sign_in()
    arn = "arn:aws:iam::111122220001:role/Other"
    done = get("--sso-session", "corp", "--tenant-id", ACCESS_TENANT, "--role-arn", arn)
    assert (done.returncode, done.stdout) == (4, "")
    assert f"{arn} is not granted to you" in done.stderr
    counters = sandbox.counters()
    assert counters["authorize"] == (0 if has_scopes else 1)
    assert counters["access_credentials"] == 1
