"""STS verifies what botocore signs, and refuses a request that was changed."""

import hashlib
import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass, replace
from typing import Any

import botocore.session
import pytest
from botocore.auth import SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from credential_process.sandbox import Sandbox
from tests.sandbox.visitor import Reply, Visitor

ACCOUNT_ID = "111122220001"
BODY = b"Action=GetCallerIdentity&Version=2011-06-15"
FORM = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}


@dataclass(frozen=True, slots=True)
class Caller:
    """A caller with role credentials."""

    sandbox: Sandbox
    visitor: Visitor
    credentials: Credentials

    def signed(
        self, body: bytes = BODY, service: str = "sts", **headers: str
    ) -> tuple[bytes, dict[str, str]]:
        """Sign a POST; return its body and its headers."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        request = AWSRequest("POST", f"{self.sandbox.url}/", FORM | named, body)
        SigV4Auth(self.credentials, service, "eu-west-1").add_auth(request)
        return body, dict(request.headers)

    def ask(self, body: bytes, headers: dict[str, str]) -> Reply:
        """Post to STS."""
        return self.visitor.send("POST", "/", body, headers)


@pytest.fixture
def caller(sandbox: Sandbox, visitor: Visitor, access_token: str) -> Caller:
    """Return a caller with the Developer role in the first account."""
    query = {"role_name": "Developer", "account_id": ACCOUNT_ID}
    reply = visitor.get("/federation/credentials", access_token, **query)
    issued = reply.document["roleCredentials"]
    credentials = Credentials(
        issued["accessKeyId"], issued["secretAccessKey"], issued["sessionToken"]
    )
    return Caller(sandbox, visitor, credentials)


def refusal(reply: Reply) -> tuple[int, str | None]:
    """Return the status and the code of an error."""
    namespace = {"sts": "https://sts.amazonaws.com/doc/2011-06-15/"}
    return reply.status, ET.fromstring(reply.body).findtext("sts:Error/sts:Code", None, namespace)


def test_botocore_learns_who_it_is(caller: Caller) -> None:
    """Users check the account and role of a profile first."""
    frozen = caller.credentials
    sts: Any = botocore.session.Session().create_client(
        "sts",
        region_name="eu-west-1",
        endpoint_url=caller.sandbox.url,
        aws_access_key_id=frozen.access_key,
        aws_secret_access_key=frozen.secret_key,
        aws_session_token=frozen.token,
    )
    identity = sts.get_caller_identity()

    assert identity["Account"] == ACCOUNT_ID
    assert re.fullmatch(
        rf"arn:aws:sts::{ACCOUNT_ID}:assumed-role/AWSReservedSSO_Developer_[0-9a-f]{{16}}/alice",
        identity["Arn"],
    )
    assert re.fullmatch(r"AROA[0-9A-Z]{17}:alice", identity["UserId"])


def test_headers_of_any_kind_may_be_signed(caller: Caller) -> None:
    """SDKs differ in what they sign: Java and JavaScript sign more headers than botocore."""
    body, headers = caller.signed(amz_sdk_request="attempt=1; max=3", amz_sdk_invocation_id="x")

    assert "amz-sdk-request" in headers["Authorization"]
    assert caller.ask(body, headers).status == 200


def test_a_hash_of_the_body_is_honoured_and_checked(caller: Caller) -> None:
    """JavaScript and Go send the hash as a header, and sign it instead of the body."""
    body, headers = caller.signed(X_Amz_Content_SHA256=hashlib.sha256(BODY).hexdigest())

    assert caller.ask(body, headers).status == 200
    assert refusal(caller.ask(body + b"&x=1", headers)) == (403, "SignatureDoesNotMatch")


def test_a_get_with_a_signature_is_answered(caller: Caller) -> None:
    """The query protocol also accepts parameters in the URL."""
    target = "/?Action=GetCallerIdentity&Version=2011-06-15"
    request = AWSRequest("GET", f"{caller.sandbox.url}{target}", {})
    SigV4Auth(caller.credentials, "sts", "eu-west-1").add_auth(request)

    assert caller.visitor.send("GET", target, None, dict(request.headers)).status == 200


def test_a_presigned_url_is_answered(caller: Caller) -> None:
    """Clusters and vaults accept a presigned GetCallerIdentity as proof of identity."""
    url = f"{caller.sandbox.url}/?Action=GetCallerIdentity&Version=2011-06-15"
    request = AWSRequest("GET", url, {})
    SigV4QueryAuth(caller.credentials, "sts", "eu-west-1").add_auth(request)
    target = str(request.url).removeprefix(caller.sandbox.url)

    assert caller.visitor.send("GET", target).status == 200


def test_a_tampered_body_is_refused(caller: Caller) -> None:
    """The signature covers the body, and the sandbox verifies it."""
    body, headers = caller.signed()

    assert refusal(caller.ask(body + b"&x=1", headers)) == (403, "SignatureDoesNotMatch")


def test_a_tampered_header_is_refused(caller: Caller) -> None:
    """The signature also covers the signed headers."""
    body, headers = caller.signed()
    headers["Content-Type"] = "application/x-www-form-urlencoded"

    assert refusal(caller.ask(body, headers)) == (403, "SignatureDoesNotMatch")


def test_a_mixed_up_secret_is_refused(caller: Caller) -> None:
    """One role's key id with another's secret must not pass."""
    frozen = caller.credentials
    mixed = Credentials(frozen.access_key, "A" * 40, frozen.token)
    reply = caller.ask(*replace(caller, credentials=mixed).signed())

    assert refusal(reply) == (403, "SignatureDoesNotMatch")


def test_a_mixed_up_session_token_is_refused(caller: Caller) -> None:
    """A truncated line loses the end of its session token first."""
    frozen = caller.credentials
    cut = Credentials(frozen.access_key, frozen.secret_key, frozen.token[:-1])
    reply = caller.ask(*replace(caller, credentials=cut).signed())

    assert refusal(reply) == (403, "InvalidClientTokenId")


def test_an_unknown_access_key_is_refused(caller: Caller) -> None:
    """Only credentials that this sandbox issued are valid here."""
    frozen = caller.credentials
    stranger = Credentials("ASIAAAAAAAAAAAAAAAAA", frozen.secret_key, frozen.token)
    reply = caller.ask(*replace(caller, credentials=stranger).signed())

    assert refusal(reply) == (403, "InvalidClientTokenId")


def test_expired_credentials_are_refused(caller: Caller) -> None:
    """A client that replays an old document gets AWS's own error."""
    caller.sandbox.advance_clock(3601)

    assert refusal(caller.ask(*caller.signed())) == (403, "ExpiredToken")


def test_credentials_expire_on_demand(caller: Caller) -> None:
    """Without moving the clock, so that tokens stay valid."""
    caller.sandbox.expire("role_credentials")

    assert refusal(caller.ask(*caller.signed())) == (403, "ExpiredToken")


def test_credentials_survive_a_logout(caller: Caller) -> None:
    """They do at AWS, and cached credentials must continue to work."""
    caller.sandbox.revoke_session()

    assert caller.ask(*caller.signed()).status == 200


def test_a_signature_for_another_service_is_refused(caller: Caller) -> None:
    """A signature is valid only for the service in its scope."""
    reply = caller.ask(*caller.signed(service="s3"))

    assert refusal(reply) == (403, "SignatureDoesNotMatch")


def test_an_old_signature_is_refused(caller: Caller) -> None:
    """AWS accepts no signature older than 15 minutes, so a replayed request fails."""
    body, headers = caller.signed()
    headers["X-Amz-Date"] = headers["X-Amz-Date"][:9] + "000000Z"
    at_noon = {**headers, "X-Amz-Date": headers["X-Amz-Date"][:9] + "120000Z"}
    replies = {refusal(caller.ask(body, each)) for each in (headers, at_noon)}

    assert replies == {(403, "SignatureDoesNotMatch")}


def test_a_request_without_a_signature_is_refused(caller: Caller) -> None:
    """A client that did not find its credentials sends none."""
    assert refusal(caller.ask(BODY, FORM)) == (403, "MissingAuthenticationToken")


@pytest.mark.parametrize("authorization", ["AWS4-HMAC-SHA256", "AWS4-HMAC-SHA256 Credential=a/b/c"])
def test_half_a_signature_is_refused(caller: Caller, authorization: str) -> None:
    """A malformed header is an error of the client, not of the sandbox."""
    reply = caller.ask(BODY, FORM | {"Authorization": authorization})

    assert refusal(reply) == (400, "IncompleteSignature")


def test_a_malformed_date_is_refused(caller: Caller) -> None:
    """The date is part of the signature."""
    body, headers = caller.signed()
    headers["X-Amz-Date"] = headers["X-Amz-Date"][:9] + "noon"

    assert refusal(caller.ask(body, headers)) == (400, "IncompleteSignature")


def test_any_other_action_is_refused(caller: Caller) -> None:
    """The sandbox does not implement the rest of STS."""
    body = b"Action=GetSessionToken&Version=2011-06-15"

    assert refusal(caller.ask(*caller.signed(body))) == (400, "InvalidAction")


@pytest.mark.parametrize(
    ("region", "partition"),
    [("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov"), ("eusc-de-east-1", "aws-eusc")],
)
def test_the_arn_is_of_the_partition(region: str, partition: str) -> None:
    """China, GovCloud and the European Sovereign Cloud have their own ARNs."""
    with Sandbox(region=region) as sandbox, Visitor(sandbox.url) as visitor:
        query = {"role_name": "Developer", "account_id": ACCOUNT_ID}
        token = sandbox.sign_in()["accessToken"]
        issued = visitor.get("/federation/credentials", token, **query).document["roleCredentials"]
        credentials = Credentials(
            issued["accessKeyId"], issued["secretAccessKey"], issued["sessionToken"]
        )
        caller = Caller(sandbox, visitor, credentials)
        reply = caller.ask(*caller.signed())

    assert f"<Arn>arn:{partition}:sts::{ACCOUNT_ID}:" in reply.body.decode()
