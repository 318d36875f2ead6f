"""Native profiles that `configure` writes, in the tools of AWS: each reads them alone, and signs in where they say."""

import os
import subprocess
import sys

import pytest

from credential_process.sandbox import Sandbox
from testing.executable import Executable
from testing.home import Home
from testing.people import Person
from tests.interop import aws_cli

POPULATE = ("populate", "--sso-session", "corp", "--region", "us-east-1", "--yes")
PROFILE = "Staging.Developer"
ACCOUNT = "111122220002"
V1 = os.path.join(os.path.dirname(sys.executable), "aws")
CALL = ("sts", "get-caller-identity", "--query", "Account", "--output", "text")
BOTO3 = """
import boto3
session = boto3.Session()
method = session.get_credentials().method
print(method, session.region_name, session.client("sts").get_caller_identity()["Account"])
"""


@pytest.fixture
def alone(environment: dict[str, str], nobody: Person) -> dict[str, str]:
    """Return an environment with a profile of `populate`, in which no page may be opened."""
    never = {"BROWSER": nobody.browser, "SSO_CREDENTIAL_PROCESS_LOGIN": "never"}
    return {**environment, **never, "AWS_PROFILE": PROFILE}


@pytest.fixture(params=["--native", "--legacy"])
def populated(request: pytest.FixtureRequest, home: Home, environment: dict[str, str]) -> str:
    """Populate, and sign in to what the profiles refer to, both with the commands of this project; return the form."""
    without = {name: value for name, value in environment.items() if name != "AWS_PROFILE"}
    commands = {
        "configure": (*POPULATE, request.param),
        "login": ("--profile", PROFILE),
    }
    for name, arguments in commands.items():
        assert Executable(name, home.path, without, arguments)().returncode == 0
    return str(request.param)


def run(environment: dict[str, str], *command: str) -> str:
    """Return what a program prints."""
    done = subprocess.run(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.usefixtures("populated")
def test_botocore_reads_them_on_its_own(alone: dict[str, str], sandbox: Sandbox) -> None:
    """`sso` is its own provider, so that sso-credential-process was not started."""
    before = sandbox.counters()["role_credentials"]
    assert run(alone, sys.executable, "-I", "-c", BOTO3) == f"sso us-east-1 {ACCOUNT}"
    assert sandbox.counters()["role_credentials"] == before + 1


@pytest.mark.usefixtures("populated")
def test_version_1_of_the_aws_cli_reads_them(alone: dict[str, str]) -> None:
    """It has no `sso login`: `sso-credential-process login` is the one for its profiles."""
    assert run(alone, V1, "--version").startswith("aws-cli/1.")
    assert run(alone, V1, *CALL) == ACCOUNT


@pytest.mark.skipif(
    not os.access(aws_cli.PATH, os.X_OK), reason="the AWS CLI v2 is not installed: run make test"
)
@pytest.mark.usefixtures("populated")
def test_version_2_of_the_aws_cli_reads_them(alone: dict[str, str], sandbox: Sandbox) -> None:
    """It talks to AWS's own names, through a proxy."""
    inherited = {name: value for name, value in alone.items() if name not in sandbox.environment}
    environment = {**inherited, **sandbox.proxy_environment}
    assert run(environment, aws_cli.PATH, *CALL) == ACCOUNT


def test_what_is_exported_and_imported_works_each_time(
    home: Home, environment: dict[str, str], alone: dict[str, str]
) -> None:
    """From a line to native and back, with the same role."""

    def method_after(*arguments: str) -> str:
        assert (
            Executable("configure", home.path, environment, (*arguments, "--yes"))().returncode == 0
        )
        return run(alone, sys.executable, "-I", "-c", BOTO3)

    assert method_after(*POPULATE) == f"custom-process us-east-1 {ACCOUNT}"
    assert method_after("export", PROFILE) == f"sso us-east-1 {ACCOUNT}"
    assert method_after("import", PROFILE) == f"custom-process us-east-1 {ACCOUNT}"
