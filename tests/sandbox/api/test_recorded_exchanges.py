"""AWS's responses as recorded in public wire logs: status, headers and the form of the body.

They follow the botocore models sso-oidc and sso (2019-06-10), and logs in the issues of
aws-cli (4742, 5878, 5955, 7340, 8561), boto3 (3891), go-aws-sso (150), aws-sso-cli (1359, 1343)
and oktaws (512).
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from string import Template
from typing import Any

import pytest

from credential_process.sandbox import Sandbox
from tests.sandbox.authorization import REGISTRATION
from tests.sandbox.visitor import Visitor

ACCOUNT_ID = "111122220001"
COMPARED_HEADERS = ("content-type", "x-amzn-errortype")
CLIENT = {"clientId": "$clientId", "clientSecret": "$clientSecret"}


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request, and AWS's response to it.

    ``$name`` in the request is replaced by that member of a signed-in user's token cache. In the
    body of the response, ``<…>`` is a regular expression; everything else is literal.
    """

    name: str
    request: str
    status: int
    body: str
    document: Mapping[str, Any] | None = None
    error_type: str | None = None
    access_token: str = "$accessToken"


EXCHANGES = [
    Exchange(
        "RegisterClient",
        "POST /client/register",
        200,
        '{"authorizationEndpoint":null,"clientId":"<[\\w-]{22}VzLWVhc3QtMQ>",'
        '"clientIdIssuedAt":<\\d{10}>,"clientSecret":"<eyJraWQi[\\w.-]{792,1892}>",'
        '"clientSecretExpiresAt":<\\d{10}>,"tokenEndpoint":null}',
        REGISTRATION,
    ),
    Exchange(
        "RegisterClient of a confidential client",
        "POST /client/register",
        400,
        '{"error":"invalid_client_metadata","error_description":"<.+>"}',
        {"clientName": "x", "clientType": "confidential"},
        "InvalidClientMetadataException",
    ),
    Exchange(
        "RegisterClient for authorization codes without scopes",
        "POST /client/register",
        400,
        '{"error":"invalid_scope","error_description":""}',
        {**REGISTRATION, "scopes": []},
        "InvalidScopeException",
    ),
    Exchange(
        "CreateToken with a refresh token",
        "POST /token",
        200,
        '{"accessToken":"<aoa.+>","expiresIn":3600,"idToken":null,"refreshToken":"<aor.+>",'
        '"tokenType":"Bearer"}',
        {**CLIENT, "grantType": "refresh_token", "refreshToken": "$refreshToken"},
    ),
    Exchange(
        "CreateToken with a refresh token that is not good any more",
        "POST /token",
        400,
        '{"error":"invalid_grant","error_description":"Invalid refresh token provided"}',
        {**CLIENT, "grantType": "refresh_token", "refreshToken": "aorBogus"},
        "InvalidGrantException",
    ),
    Exchange(
        "CreateToken of an unknown client",
        "POST /token",
        401,
        '{"error":"invalid_client","error_description":"Invalid client provided"}',
        {"clientId": "x", "clientSecret": "x", "grantType": "refresh_token", "refreshToken": "x"},
        "InvalidClientException",
    ),
    Exchange(
        "CreateToken with an unknown grant type",
        "POST /token",
        400,
        '{"error":"unsupported_grant_type","error_description":"<.*>"}',
        {**CLIENT, "grantType": "password"},
        "UnsupportedGrantTypeException",
    ),
    Exchange(
        "GetRoleCredentials",
        f"GET /federation/credentials?role_name=Developer&account_id={ACCOUNT_ID}",
        200,
        '{"roleCredentials":{"accessKeyId":"<ASIA[A-Z2-7]{16}>",'
        '"secretAccessKey":"<[A-Za-z0-9+/]{40}>",'
        '"sessionToken":"<IQoJb3JpZ2luX2Vj[A-Za-z0-9+/=]{816}>","expiration":<\\d{10}000>}}',
    ),
    Exchange(
        "GetRoleCredentials for a role that is not assigned",
        f"GET /federation/credentials?role_name=Nobody&account_id={ACCOUNT_ID}",
        403,
        '{"message":"No access","__type":"com.amazonaws.switchboard.portal#ForbiddenException"}',
    ),
    Exchange(
        "GetRoleCredentials with a token that is not good any more",
        f"GET /federation/credentials?role_name=Developer&account_id={ACCOUNT_ID}",
        401,
        '{"message":"Session token not found or invalid",'
        '"__type":"com.amazonaws.switchboard.portal#UnauthorizedException"}',
        access_token="aoaBogus",
    ),
    Exchange(
        "ListAccounts",
        "GET /assignment/accounts?max_result=1",
        200,
        '{"nextToken":"<[\\w=-]+>","accountList":[{"accountId":"111122220001",'
        '"accountName":"Production","emailAddress":"aws+production@example.com"}]}',
    ),
    Exchange(
        "ListAccounts with a page that is too large",
        "GET /assignment/accounts?max_result=101",
        400,
        '{"message":"ResultSize parameter must be within the valid limits of: 1-100",'
        '"__type":"com.amazonaws.switchboard.portal#InvalidRequestException"}',
    ),
    Exchange(
        "ListAccountRoles",
        f"GET /assignment/roles?account_id={ACCOUNT_ID}",
        200,
        '{"nextToken":null,"roleList":[{"roleName":"Administrator","accountId":"111122220001"},'
        '{"roleName":"Developer","accountId":"111122220001"}]}',
    ),
    Exchange("Logout", "POST /logout", 200, ""),
]


@pytest.mark.parametrize("exchange", EXCHANGES, ids=lambda exchange: exchange.name)
def test_the_service_answers_as_aws_was_recorded_to(
    sandbox: Sandbox, visitor: Visitor, exchange: Exchange
) -> None:
    """A client that works with the sandbox must work with AWS, so every byte counts."""
    token_cache = sandbox.sign_in()
    method, target = exchange.request.split()
    access_token = Template(exchange.access_token).substitute(token_cache)
    headers = {"x-amz-sso_bearer_token": access_token} if exchange.document is None else {}

    reply = visitor.send(method, target, _body(exchange.document, token_cache), headers)

    compared = {name: reply.headers[name] for name in COMPARED_HEADERS if name in reply.headers}
    assert (exchange.status, _headers(exchange)) == (reply.status, compared)
    assert re.fullmatch(_pattern(exchange.body), reply.body.decode())


def test_every_response_has_a_request_id_a_date_and_a_length(visitor: Visitor) -> None:
    """AWS support asks for the request id, and SDKs include it in their errors."""
    headers = visitor.get("/assignment/accounts").headers

    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", headers["x-amzn-requestid"])
    assert {"date", "content-length", "content-type", "x-amzn-requestid"} == set(headers)


def _body(document: Mapping[str, Any] | None, token_cache: dict[str, Any]) -> bytes | None:
    if document is None:
        return None
    return Template(json.dumps(document)).substitute(token_cache).encode()


def _pattern(shape: str) -> str:
    pieces = re.split(r"<(.*?)>", shape)
    return "".join(piece if index % 2 else re.escape(piece) for index, piece in enumerate(pieces))


def _headers(exchange: Exchange) -> dict[str, str]:
    headers = {"content-type": "application/json"} if exchange.body else {}
    if exchange.error_type:
        namespace = "http://internal.amazon.com/coral/com.amazonaws.sso.oidc/"
        headers["x-amzn-errortype"] = f"{exchange.error_type}:{namespace}"
    return headers
