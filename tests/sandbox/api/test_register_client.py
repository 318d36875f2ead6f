"""RegisterClient: the requests that it refuses, and the lifetime of a registration."""

from typing import Any

import pytest

from credential_process.sandbox import Sandbox
from tests.sandbox.authorization import REGISTRATION, START_URL, Client
from tests.sandbox.visitor import Visitor

INVALID_REQUEST = (400, "InvalidRequestException")
INVALID_REDIRECT_URI = (400, "InvalidRedirectUriException")


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"clientName": None}, INVALID_REQUEST),
        ({"clientType": None}, (400, "InvalidClientMetadataException")),
        ({"grantTypes": ["implicit"]}, (400, "UnsupportedGrantTypeException")),
        ({"scopes": ["no spaces please"]}, (400, "InvalidScopeException")),
        ({"scopes": "sso:account:access"}, INVALID_REQUEST),
        ({"issuerUrl": None}, INVALID_REQUEST),
        ({"issuerUrl": "https://d-0000000000.awsapps.com/start"}, INVALID_REQUEST),
        ({"issuerUrl": f"{START_URL}/"}, INVALID_REQUEST),
        ({"issuerUrl": f"{START_URL}/#/"}, INVALID_REQUEST),
        ({"redirectUris": []}, INVALID_REDIRECT_URI),
        ({"redirectUris": ["http://localhost/oauth/callback"]}, INVALID_REDIRECT_URI),
        ({"redirectUris": ["https://127.0.0.1/oauth/callback"]}, INVALID_REDIRECT_URI),
        ({"redirectUris": ["http://127.0.0.1/"]}, INVALID_REDIRECT_URI),
        ({"redirectUris": ["http://127.0.0.1:x/oauth/callback"]}, INVALID_REDIRECT_URI),
        ({"redirectUris": ["http://a@127.0.0.1/oauth/callback"]}, INVALID_REDIRECT_URI),
    ],
)
def test_a_registration_that_aws_refuses_is_refused(
    visitor: Visitor, changes: dict[str, Any], refusal: tuple[int, str]
) -> None:
    """A client must not pass here and fail in production."""
    assert refusal == visitor.post("/client/register", REGISTRATION | changes).refusal


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff"])
def test_a_body_that_is_not_a_json_object_is_refused(visitor: Visitor, body: bytes) -> None:
    """Garbage gets the service's error, never a traceback."""
    assert visitor.send("POST", "/client/register", body).refusal == INVALID_REQUEST


@pytest.mark.parametrize(
    "redirect_uri", ["http://127.0.0.1/oauth/callback", "http://127.0.0.1:8080/oauth/callback"]
)
def test_a_redirect_uri_registers_with_and_without_a_port(
    visitor: Visitor, redirect_uri: str
) -> None:
    """RFC 8252 lets a native client choose its port later."""
    reply = visitor.post("/client/register", REGISTRATION | {"redirectUris": [redirect_uri]})

    assert reply.status == 200


def test_other_spellings_of_a_start_url_register_if_the_setting_allows_them(
    sandbox: Sandbox, visitor: Visitor
) -> None:
    """Users copy start URLs from browsers, and it is not known for sure which of them AWS accepts."""
    sandbox.configure(loose_start_url=True)

    reply = visitor.post("/client/register", REGISTRATION | {"issuerUrl": f"{START_URL}/#/"})

    assert reply.status == 200


def test_other_redirect_paths_register_if_the_setting_allows_them(
    sandbox: Sandbox, visitor: Visitor
) -> None:
    """Some tools register without a path, and AWS seems to accept it."""
    sandbox.configure(loose_redirect=True)
    changes = {"redirectUris": ["http://127.0.0.1"]}

    assert visitor.post("/client/register", REGISTRATION | changes).status == 200


def test_a_device_client_needs_neither_scopes_nor_an_issuer(visitor: Visitor) -> None:
    """The AWS CLI registers like this for a profile with its own start URL."""
    reply = visitor.post("/client/register", {"clientName": "x", "clientType": "public"})

    assert reply.status == 200


def test_a_registration_is_valid_for_90_days(visitor: Visitor) -> None:
    """Clients keep the registration until this date."""
    document = visitor.post("/client/register", REGISTRATION).document

    assert document["clientSecretExpiresAt"] - document["clientIdIssuedAt"] == 7_776_000


def test_an_expired_registration_is_an_unknown_client(sandbox: Sandbox, client: Client) -> None:
    """A client recognises by this 401 alone that it must register again."""
    sandbox.advance_clock(7_776_001)

    assert client.refresh("aorAnything").refusal == (401, "InvalidClientException")


def test_a_wrong_client_secret_is_refused(client: Client) -> None:
    """Otherwise a client that confuses two registrations would go unnoticed."""
    reply = client.token("refresh_token", clientSecret="wrong", refreshToken="aorAnything")

    assert reply.refusal == (401, "InvalidClientException")
