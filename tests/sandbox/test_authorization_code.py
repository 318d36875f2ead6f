"""The authorization-code flow: PKCE, redirect URIs, codes used once."""

from typing import Any

import pytest

from credential_process.sandbox import Sandbox
from tests.sandbox.authorization import CHALLENGE, VERIFIER, Client
from tests.sandbox.visitor import Visitor

INVALID_GRANT = (400, "InvalidGrantException")


def test_a_code_with_its_verifier_gives_a_token_for_an_hour(client: Client) -> None:
    """This is the straight road: scopes make the token short and refreshable."""
    reply = client.signed_in()

    assert (reply["expiresIn"], reply["tokenType"]) == (3600, "Bearer")
    assert reply["refreshToken"]


def test_the_state_comes_back_unchanged(client: Client) -> None:
    """A client knows its own answer by the state, so every byte of it counts."""
    assert client.answered(state="a b&c=d/é")["state"] == "a b&c=d/é"


@pytest.mark.parametrize("name", ["scope", "scopes"])
def test_both_names_of_the_scope_parameter_work(client: Client, name: str) -> None:
    """AWS's own tools say scopes, others say scope; both work in the field."""
    changes = {"scopes": None, name: "sso:account:access"}
    consent = client.authorize(**changes).headers["location"]

    assert consent.startswith("/authorize/consent?")


@pytest.mark.parametrize(
    "changes",
    [
        {"codeVerifier": "w" * 64},
        {"codeVerifier": CHALLENGE},
        {"redirectUri": "http://127.0.0.1:38272/oauth/callback"},
        {"redirectUri": "http://127.0.0.1/oauth/callback"},
    ],
)
def test_a_code_is_worth_nothing_without_what_it_was_asked_with(
    client: Client, changes: dict[str, Any]
) -> None:
    """PKCE exists so that whoever steals a code cannot use it."""
    code = client.answered()["code"]

    assert client.redeem(code, **changes).refusal == INVALID_GRANT


@pytest.mark.parametrize("verifier", ["v" * 42, "v" * 129, "v" * 63 + "!", "", None])
def test_a_malformed_verifier_is_an_invalid_request(client: Client, verifier: str | None) -> None:
    """RFC 7636 says how a verifier looks."""
    code = client.answered()["code"]

    assert client.redeem(code, codeVerifier=verifier).refusal == (400, "InvalidRequestException")


def test_a_code_is_good_once(client: Client) -> None:
    """A client that exchanges twice, after a lost reply say, must ask the person again."""
    code = client.answered()["code"]
    client.redeem(code)

    assert client.redeem(code).refusal == INVALID_GRANT


def test_a_failed_exchange_uses_the_code_up(client: Client) -> None:
    """Nobody gets to guess the verifier."""
    code = client.answered()["code"]
    client.redeem(code, codeVerifier="w" * 64)

    assert client.redeem(code).refusal == INVALID_GRANT


def test_a_code_expires(sandbox: Sandbox, client: Client) -> None:
    """A client that dawdles with the exchange has to find that out here."""
    code = client.answered()["code"]
    sandbox.advance_clock(61)

    assert client.redeem(code).refusal == INVALID_GRANT


def test_a_code_belongs_to_the_client_that_asked(client: Client, visitor: Visitor) -> None:
    """Two sign-ins that run at once must not mix their codes up."""
    code = client.answered()["code"]

    assert Client.register(visitor).redeem(code).refusal == INVALID_GRANT


def test_an_attempt_of_another_client_leaves_the_code_good(
    client: Client, visitor: Visitor
) -> None:
    """A stranger must not be able to spoil a sign-in."""
    code = client.answered()["code"]
    Client.register(visitor).redeem(code)

    assert client.redeem(code).status == 200


def test_a_code_dies_with_the_portal_session(sandbox: Sandbox, client: Client) -> None:
    """Whoever is signed out in between gets no token."""
    code = client.answered()["code"]
    sandbox.revoke_session()

    assert client.redeem(code).refusal == INVALID_GRANT


def test_a_denial_is_told_to_the_client(client: Client) -> None:
    """The client must learn of the no, with its state, to end the wait."""
    assert client.answered("deny") == {"error": "access_denied", "state": "the-state"}


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge": CHALLENGE[:42]}, "invalid_request"),
        ({"code_challenge": VERIFIER, "code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scopes": "sso:account:access openid"}, "invalid_scope"),
        ({"scopes": None}, "invalid_scope"),
    ],
)
def test_a_mistake_in_the_request_is_sent_back_to_the_client(
    client: Client, changes: dict[str, str | None], error: str
) -> None:
    """RFC 6749 §4.1.2.1: the person can do nothing about it, the client can."""
    location = client.authorize(**changes).headers["location"]

    assert f"http://127.0.0.1:38271/oauth/callback?error={error}&state=the-state" == location


def test_a_client_without_the_grant_is_sent_back(visitor: Visitor) -> None:
    """A registration for device codes is none for authorization codes."""
    client = Client.register(visitor, grantTypes=["refresh_token"])

    assert "error=unauthorized_client" in client.authorize().headers["location"]


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"client_id": "unknown"}, 401, "invalid_client"),
        ({"client_id": None}, 401, "invalid_client"),
        ({"redirect_uri": None}, 400, "invalid_redirect_uri"),
        ({"redirect_uri": "http://evil.example/oauth/callback"}, 400, "invalid_redirect_uri"),
        ({"redirect_uri": "http://127.0.0.1:1/elsewhere"}, 400, "invalid_redirect_uri"),
        ({"redirect_uri": "http://127.0.0.1:1/oauth/callback?x=1"}, 400, "invalid_redirect_uri"),
    ],
)
def test_a_request_that_cannot_be_trusted_stays_with_the_person(
    client: Client, changes: dict[str, str | None], status: int, error: str
) -> None:
    """A redirect to an address that nobody registered would hand codes to strangers."""
    reply = client.authorize(**changes)

    assert (status, True) == (reply.status, f"<code>{error}</code>" in reply.body.decode())


def test_a_grant_that_was_not_registered_is_refused(visitor: Visitor) -> None:
    """A registration says what it will be used for."""
    client = Client.register(visitor, grantTypes=["authorization_code"])

    assert client.refresh("aorAnything").refusal == (400, "UnauthorizedClientException")


def test_a_request_may_go_without_a_state(client: Client) -> None:
    """RFC 6749 only recommends one; then none comes back."""
    assert list(client.answered(state=None)) == ["code"]


def test_a_token_without_the_refresh_grant_cannot_be_refreshed(visitor: Visitor) -> None:
    """A client that forgets to ask for the grant must notice before its first hour is over."""
    client = Client.register(visitor, grantTypes=["authorization_code"])

    assert client.signed_in()["refreshToken"] is None
