"""Refresh: rotation, ownership and lifetimes."""

import pytest

from credential_process.sandbox import Sandbox
from tests.sandbox.authorization import Client
from tests.sandbox.visitor import Visitor

INVALID_GRANT = (400, "InvalidGrantException")


@pytest.fixture
def refresh_token(client: Client) -> str:
    """Sign in, and return the refresh token."""
    return str(client.signed_in()["refreshToken"])


def test_a_refresh_gives_new_tokens(client: Client, refresh_token: str) -> None:
    """A client that keeps the old pair must fail at the next refresh."""
    reply = client.refresh(refresh_token).document

    assert refresh_token != reply["refreshToken"]
    assert client.refresh(reply["refreshToken"]).status == 200


def test_a_spent_refresh_token_is_refused_and_counted(
    sandbox: Sandbox, client: Client, refresh_token: str
) -> None:
    """Whether AWS is that strict is unknown; a client that copes with it copes with anything."""
    client.refresh(refresh_token)

    assert client.refresh(refresh_token).refusal == INVALID_GRANT
    assert sandbox.counters()["refresh_reuse_attempts"] == 1


def test_a_refresh_token_belongs_to_its_client(
    client: Client, refresh_token: str, visitor: Visitor
) -> None:
    """The four values of a token cache belong together; a mixture must fail."""
    assert Client.register(visitor).refresh(refresh_token).refusal == INVALID_GRANT
    assert client.refresh(refresh_token).status == 200


def test_an_unknown_refresh_token_does_not_count_as_reuse(sandbox: Sandbox, client: Client) -> None:
    """The counter shows races, not garbage."""
    client.refresh("aorBogus")

    assert sandbox.counters()["refresh_reuse_attempts"] == 0


def test_a_refresh_fails_once_the_portal_session_is_over(
    sandbox: Sandbox, client: Client, refresh_token: str
) -> None:
    """After eight hours the user has to sign in again, in spite of all refreshes."""
    sandbox.advance_clock(28_801)

    assert client.refresh(refresh_token).refusal == INVALID_GRANT


def test_a_token_late_in_the_session_is_short_lived(
    sandbox: Sandbox, client: Client, refresh_token: str
) -> None:
    """AWS then issues it for less than an hour; a client must use expiresIn."""
    sandbox.advance_clock(28_800 - 600)

    assert client.refresh(refresh_token).document["expiresIn"] == pytest.approx(600, abs=5)


def test_with_grace_a_spent_token_works_for_a_while(
    sandbox: Sandbox, client: Client, refresh_token: str
) -> None:
    """Two programs that refresh at once both succeed if the service allows it."""
    sandbox.configure(rotate="grace", grace_seconds=30)
    client.refresh(refresh_token)

    assert client.refresh(refresh_token).status == 200
    sandbox.advance_clock(31)
    assert client.refresh(refresh_token).refusal == INVALID_GRANT


def test_without_rotation_the_same_token_comes_back(
    sandbox: Sandbox, client: Client, refresh_token: str
) -> None:
    """The service may turn out not to rotate tokens."""
    sandbox.configure(rotate="static")

    assert refresh_token == client.refresh(refresh_token).document["refreshToken"]


def test_a_response_may_omit_the_refresh_token(
    sandbox: Sandbox, client: Client, refresh_token: str
) -> None:
    """RFC 6749 §6: the old one stays valid, and a client must keep it."""
    sandbox.configure(rotate="omit")

    assert client.refresh(refresh_token).document["refreshToken"] is None
    assert client.refresh(refresh_token).status == 200
