"""docs/administration.md, executed: users sign in at the sandbox, and administer moto's server."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from testing.home import Home
from tests.page_blocks import PAGES, Reader

# In the separate environment that .ci/install has made: it is large, and only this test needs it.
MOTO = Path(sys.prefix) / "moto" / "bin" / "moto_server"
PAGE = PAGES / "docs" / "administration.md"


@pytest.fixture
def moto() -> Iterator[str]:
    """Run moto's server; return its address."""
    assert MOTO.exists(), "moto is missing: run make test"
    server = subprocess.Popen(
        [str(MOTO), "--host", "127.0.0.1", "--port", "0"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert server.stderr is not None
    with server:
        address = next(line.split()[-1] for line in server.stderr if "Running on" in line)
        yield address
        server.terminate()
        server.stderr.read()


@pytest.fixture
def organisation(moto: str) -> None:
    """Make ada a developer in the second account, and her group readers in the third."""
    keys = {"aws_access_key_id": "any", "aws_secret_access_key": "any", "region_name": "us-east-1"}
    admin: Any = boto3.client("sso-admin", endpoint_url=moto, **keys)
    identities: Any = boto3.client("identitystore", endpoint_url=moto, **keys)
    (instance,) = admin.list_instances()["Instances"]
    store = {"IdentityStoreId": instance["IdentityStoreId"]}
    named = {
        "UserName": "ada",
        "DisplayName": "Ada",
        "Name": {"GivenName": "Ada", "FamilyName": "L"},
    }
    ada = identities.create_user(**store, **named)["UserId"]
    readers = identities.create_group(**store, DisplayName="readers")["GroupId"]
    for name, account, kind, principal in (
        ("Developer", "111122220002", "USER", ada),
        ("ReadOnly", "111122220003", "GROUP", readers),
    ):
        arn = {"InstanceArn": instance["InstanceArn"]}
        made = admin.create_permission_set(Name=name, SessionDuration="PT2H", **arn)
        admin.create_account_assignment(
            **arn,
            PermissionSetArn=made["PermissionSet"]["PermissionSetArn"],
            TargetId=account,
            TargetType="AWS_ACCOUNT",
            PrincipalType=kind,
            PrincipalId=principal,
        )


@pytest.mark.usefixtures("organisation")
def test_the_administration_page_works(home: Home, environment: dict[str, str], moto: str) -> None:
    """Administrators have a managed profile, too, and no other credentials."""
    home.config.write_text("")
    services = {"AWS_ENDPOINT_URL_SSO_ADMIN": moto, "AWS_ENDPOINT_URL_IDENTITYSTORE": moto}
    printed = Reader(home, {**environment, **services}).read(PAGE).splitlines()
    assert printed[0] == "Developer\tPT2H"
    assert printed[1].startswith("USER\t")
    assert printed[2] == "ReadOnly\tPT2H"
    assert printed[3:] == ["111122220002 Developer USER ada", "111122220003 ReadOnly GROUP readers"]
