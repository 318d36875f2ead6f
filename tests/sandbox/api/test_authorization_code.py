"""The authorization-code flow: PKCE, redirect URIs, single-use codes."""

from typing import Any

import pytest

from credential_process.sandbox import Sandbox
from tests.sandbox.authorization import CHALLENGE, VERIFIER, Client
from tests.sandbox.visitor import Visitor

INVALID_GRANT = (400, "InvalidGrantException")


def test_a_code_with_its_verifier_gives_a_token_for_an_hour(client: Client) -> None:
    """The successful case: with scopes, the token is short-lived and refreshable."""
    reply = client.signed_in()

    assert (reply["expiresIn"], reply["tokenType"]) == (3600, "Bearer")
    assert reply["refreshToken"]


def test_the_state_comes_back_unchanged(client: Client) -> None:
    """A client recognises its own response by the state, so every byte counts."""
    assert client.answered(state="a b&c=d/é")["state"] == "a b&c=d/é"


@pytest.mark.parametrize("name", ["scope", "scopes"])
def test_both_names_of_the_scope_parameter_work(client: Client, name: str) -> None:
    """AWS's own tools send scopes, others scope; AWS accepts both."""
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
    """With PKCE, a stolen code must be useless."""
    code = client.answered()["code"]

    assert client.redeem(code, **changes).refusal == INVALID_GRANT


@pytest.mark.parametrize("verifier", ["v" * 42, "v" * 129, "v" * 63 + "!", "", None])
def test_a_malformed_verifier_is_an_invalid_request(client: Client, verifier: str | None) -> None:
    """RFC 7636 defines the format of a verifier."""
    code = client.answered()["code"]

    assert client.redeem(code, codeVerifier=verifier).refusal == (400, "InvalidRequestException")


def test_a_code_works_once(client: Client) -> None:
    """A client that exchanges twice, for example after a lost response, needs a new sign-in."""
    code = client.answered()["code"]
    client.redeem(code)

    assert client.redeem(code).refusal == INVALID_GRANT


def test_a_failed_exchange_uses_the_code_up(client: Client) -> None:
    """No one may guess the verifier."""
    code = client.answered()["code"]
    client.redeem(code, codeVerifier="w" * 64)

    assert client.redeem(code).refusal == INVALID_GRANT


def test_a_code_expires(sandbox: Sandbox, client: Client) -> None:
    """A client that waits too long with the exchange must fail here, too."""
    code = client.answered()["code"]
    sandbox.advance_clock(61)

    assert client.redeem(code).refusal == INVALID_GRANT


def test_a_code_belongs_to_the_client_that_asked(client: Client, visitor: Visitor) -> None:
    """Two concurrent sign-ins must not confuse their codes."""
    code = client.answered()["code"]

    assert Client.register(visitor).redeem(code).refusal == INVALID_GRANT


def test_an_attempt_of_another_client_leaves_the_code_valid(
    client: Client, visitor: Visitor
) -> None:
    """Another client must not be able to break a sign-in."""
    code = client.answered()["code"]
    Client.register(visitor).redeem(code)

    assert client.redeem(code).status == 200


def test_a_code_ends_with_the_portal_session(sandbox: Sandbox, client: Client) -> None:
    """A user who has been signed out meanwhile gets no token."""
    code = client.answered()["code"]
    sandbox.revoke_session()

    assert client.redeem(code).refusal == INVALID_GRANT


def test_a_denial_is_sent_to_the_client(client: Client) -> None:
    """The client needs the denial, with its state, to stop waiting."""
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
def test_an_error_in_the_request_is_sent_back_to_the_client(
    client: Client, changes: dict[str, str | None], error: str
) -> None:
    """RFC 6749 §4.1.2.1: the client can correct it, the user cannot."""
    location = client.authorize(**changes).headers["location"]

    assert f"http://127.0.0.1:38271/oauth/callback?error={error}&state=the-state" == location


def test_a_client_without_the_grant_is_sent_back(visitor: Visitor) -> None:
    """A registration for device codes does not cover authorization codes."""
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
def test_a_request_that_cannot_be_trusted_is_shown_to_the_user(
    client: Client, changes: dict[str, str | None], status: int, error: str
) -> None:
    """A redirect to an unregistered address would give codes to strangers."""
    reply = client.authorize(**changes)

    assert (status, True) == (reply.status, f"<code>{error}</code>" in reply.body.decode())


def test_a_grant_that_was_not_registered_is_refused(visitor: Visitor) -> None:
    """A client may use only what it registered for."""
    client = Client.register(visitor, grantTypes=["authorization_code"])

    assert client.refresh("aorAnything").refusal == (400, "UnauthorizedClientException")


def test_a_request_may_omit_the_state(client: Client) -> None:
    """RFC 6749 only recommends one; without it, the redirect has none."""
    assert list(client.answered(state=None)) == ["code"]


def test_a_token_without_the_refresh_grant_cannot_be_refreshed(visitor: Visitor) -> None:
    """A client that forgets to register the grant must notice before its first hour is over."""
    client = Client.register(visitor, grantTypes=["authorization_code"])

    assert client.signed_in()["refreshToken"] is None
