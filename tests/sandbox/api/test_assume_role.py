"""STS lets callers with role credentials assume another role, as profiles with `source_profile` do."""

from typing import Any

import boto3
import botocore.exceptions
import pytest

from credential_process.sandbox import Sandbox
from tests.sandbox.visitor import Visitor

ROLE_ARN = "arn:aws:iam::111122220003:role/deploy/Release"


@pytest.fixture
def sts(sandbox: Sandbox, visitor: Visitor, access_token: str) -> Any:
    """Return an STS client of a developer in the first account."""
    query = {"role_name": "Developer", "account_id": "111122220001"}
    issued = visitor.get("/federation/credentials", access_token, **query).document
    keys = issued["roleCredentials"]
    return client(sandbox, keys["accessKeyId"], keys["secretAccessKey"], keys["sessionToken"])


def client(sandbox: Sandbox, access_key_id: str, secret_key: str, session_token: str) -> Any:
    """Return an STS client with these credentials."""
    return boto3.client(
        "sts",
        region_name="eu-west-1",
        endpoint_url=sandbox.url,
        aws_access_key_id=access_key_id,
        aws_secret_access_key=secret_key,
        aws_session_token=session_token,
    )


def test_an_assumed_role_is_another_identity(sandbox: Sandbox, sts: Any) -> None:
    """Tests of role profiles recognise the second step by it."""
    keys = sts.assume_role(RoleArn=ROLE_ARN, RoleSessionName="release-7")["Credentials"]
    other = client(sandbox, keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])
    expected = "arn:aws:sts::111122220003:assumed-role/Release/release-7"
    assert other.get_caller_identity()["Arn"] == expected


@pytest.mark.parametrize("role_arn", ["arn:aws:iam::1111:role/Release", "no-arn-but-long-enough"])
def test_an_invalid_role_is_refused(sts: Any, role_arn: str) -> None:
    """A mistyped ARN must not work here and fail at AWS."""
    with pytest.raises(botocore.exceptions.ClientError, match="ValidationError"):
        sts.assume_role(RoleArn=role_arn, RoleSessionName="release-7")


@pytest.mark.parametrize(
    ("seconds", "message"),
    [
        (3601, "exceeds the 1 hour session limit for roles assumed by role chaining"),
        (43201, "Member must be between 900 and 43200"),
    ],
)
def test_a_role_session_has_the_limits_of_aws(sts: Any, seconds: int, message: str) -> None:
    """Who has the credentials of a role gets those of another for an hour at most."""
    asked = {"RoleArn": ROLE_ARN, "RoleSessionName": "release-7", "DurationSeconds": seconds}
    with pytest.raises(botocore.exceptions.ClientError, match=message):
        sts.assume_role(**asked)


def test_a_session_lasts_as_long_as_asked(sandbox: Sandbox, sts: Any) -> None:
    """SDKs fetch again by this date."""
    asked = {"RoleArn": ROLE_ARN, "RoleSessionName": "release-7", "DurationSeconds": 900}
    keys = sts.assume_role(**asked)["Credentials"]
    other = client(sandbox, keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])
    sandbox.advance_clock(890)
    assert other.get_caller_identity()["Account"] == "111122220003"
    sandbox.advance_clock(20)
    with pytest.raises(botocore.exceptions.ClientError, match="ExpiredToken"):
        other.get_caller_identity()


def test_a_role_that_trusts_nobody_is_refused(sandbox: Sandbox, sts: Any) -> None:
    """A client has to show who was refused what."""
    sandbox.configure(untrusting_roles=(ROLE_ARN,))
    with pytest.raises(botocore.exceptions.ClientError, match=f"AccessDenied.*{ROLE_ARN}"):
        sts.assume_role(RoleArn=ROLE_ARN, RoleSessionName="release-7")


def test_an_external_id_has_to_be_the_right_one(sandbox: Sandbox, sts: Any) -> None:
    """It comes from the owner of the role, and is easily mistyped."""
    sandbox.configure(external_ids={ROLE_ARN: "x-1"})
    asked = {"RoleArn": ROLE_ARN, "RoleSessionName": "release-7"}
    for wrong in ({}, {"ExternalId": "x-2"}):
        with pytest.raises(botocore.exceptions.ClientError, match="AccessDenied"):
            sts.assume_role(**asked, **wrong)
    assert sts.assume_role(**asked, ExternalId="x-1")["Credentials"]
    assert sandbox.counters()["assume_role"] == 3


def test_a_wrong_secret_assumes_no_role(sandbox: Sandbox, sts: Any) -> None:
    """The first step's credentials are verified, as for every other request."""
    keys = sts.assume_role(RoleArn=ROLE_ARN, RoleSessionName="release-7")["Credentials"]
    other = client(sandbox, keys["AccessKeyId"], "wrong", keys["SessionToken"])
    with pytest.raises(botocore.exceptions.ClientError, match="SignatureDoesNotMatch"):
        other.assume_role(RoleArn=ROLE_ARN, RoleSessionName="release-8")
