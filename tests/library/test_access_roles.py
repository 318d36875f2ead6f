"""`credential_process.library`: roles of account access manager."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from credential_process.sandbox import ACCESS_TENANT, Sandbox
from testing.executable import PATH, Executable
from tests.programs import Programs

if TYPE_CHECKING:
    from testing.home import Home
    from testing.people import Person

ROLE_ARN = "arn:aws:iam::111122220001:role/teams/Developer"
TENANT = f'tenant_id="{ACCESS_TENANT}", '
ROLE = f'{TENANT}role_arn="{ROLE_ARN}"'
ASK = f"""
from credential_process import library
try:
    print(library.get_access_credentials(sso_session="corp", login=True, {ROLE}).access_key_id)
except library.CredentialProcessError as error:
    print(type(error).__name__, error)
"""
IDENTITY = f"""
from credential_process import library
session = library.get_access_boto3_session(
    sso_session="corp", {ROLE}, role_session_name="nightly", region="eu-west-1", login=True
)
print(session.client("sts").get_caller_identity()["Arn"])
"""


@pytest.fixture
def programs(environment: dict[str, str]) -> Programs:
    """Run programs in the home of the test."""
    return Programs(environment)


def test_a_program_and_get_share_sign_in_and_credentials(
    programs: Programs, get: Executable, sandbox: Sandbox, person: Person
) -> None:
    """As for permission sets."""
    (key,) = programs.lines(ASK)
    line = ("--sso-session", "corp", "--tenant-id", ACCESS_TENANT, "--role-arn", ROLE_ARN)
    assert f'"{key}"' in get(*line).stdout
    assert len(person.arrivals()) == 1
    assert sandbox.counters()["access_credentials"] == 1
    issued = sandbox.issued(key)
    assert issued is not None
    assert issued.role_arn == ROLE_ARN


def test_a_boto3_session_acts_as_the_role(programs: Programs) -> None:
    """With the name that the program has chosen, which an auditor reads."""
    expected = "arn:aws:sts::111122220001:assumed-role/Developer/nightly"
    assert programs.lines(IDENTITY) == [expected]


def test_the_tenant_can_be_that_of_the_session(
    programs: Programs, home: Home, person: Person
) -> None:
    """For the credentials and for the list."""
    home.set_tenant(ACCESS_TENANT)
    (key,) = programs.lines(ASK.replace(TENANT, ""))
    assert key.startswith("ASIA")
    listed = """
from credential_process import library
print(*(role.arn for role in library.list_access_roles(sso_session="corp")), sep="\\n")
"""
    assert ROLE_ARN in programs.lines(listed)
    assert len(person.arrivals()) == 1


@pytest.mark.parametrize("function", ["get_access_credentials", "list_access_roles"])
def test_no_user_is_asked_by_default(
    programs: Programs, sandbox: Sandbox, nobody: Person, function: str
) -> None:
    """A program that runs at night must not open a browser because it forgot an argument."""
    arguments = ROLE if function == "get_access_credentials" else TENANT
    source = f"""
from credential_process import library
try:
    library.{function}(sso_session="corp", {arguments})
except library.SignInNeeded as error:
    print(error)
"""
    (line,) = programs.lines(source, BROWSER=nobody.browser)
    assert line.startswith("sign-in needed for corp, but prompting is off (login=False)")
    assert sandbox.requests() == []


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        (f'role_arn="{ROLE_ARN}"', "credential_process_tenant_id"),
        (f'{TENANT}role_arn="Developer"', "--role-arn: 'Developer' is not valid"),
        (TENANT, "no --role-arn is given"),
        (f"{TENANT}role_arn=1", "role_arn is not a str"),
        (f"{ROLE}, role_session_name='a b'", "--role-session-name: 'a b' is not valid"),
        (f"{ROLE}, role_session_duration_seconds=60", "--role-session-duration: '60' is not valid"),
        (f'tenant_id="corp", role_arn="{ROLE_ARN}"', "--tenant-id: 'corp' is not valid"),
    ],
)
def test_a_mistake_is_named(programs: Programs, wrong: str, named: str) -> None:
    """Before anything is asked for."""
    (line,) = programs.lines(ASK.replace(ROLE, wrong))
    assert line.startswith("UsageError ")
    assert named in line


def test_the_plugin_of_botocore_takes_a_profile_with_such_a_line(
    programs: Programs, home: Home, sandbox: Sandbox, person: Person
) -> None:
    """And signs in on a miss, as for other profiles, and as the source of another role."""
    line = f"get --sso-session corp --tenant-id {ACCESS_TENANT} --role-arn {ROLE_ARN}"
    with home.config.open("a") as config:
        config.write(f"[profile access]\ncredential_process = {PATH} {line}\nregion = eu-west-1\n")
        config.write(
            "[profile release]\nrole_arn = arn:aws:iam::111122220003:role/Release\n"
            "source_profile = access\nrole_session_name = release-7\nregion = eu-west-1\n"
        )
    source = """
import sys, boto3
from credential_process.plugins import botocore as plugin
session = boto3.Session(profile_name=sys.argv[1])
plugin.install(session)
print(session.client("sts").get_caller_identity()["Arn"])
print(session.get_credentials().method)
"""
    arn, method = programs.lines(source, "access")
    assert arn.startswith("arn:aws:sts::111122220001:assumed-role/Developer/")
    assert method == "sso-credential-process"
    arn = programs.lines(source, "release")[0]
    assert arn == "arn:aws:sts::111122220003:assumed-role/Release/release-7"
    assert len(person.arrivals()) == 1
    assert sandbox.counters()["access_credentials"] == 1
