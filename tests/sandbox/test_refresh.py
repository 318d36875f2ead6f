"""Refresh: rotation, whose token it is, and how long anything lives."""

import pytest

from credential_process.sandbox import Sandbox
from tests.sandbox.authorization import Client
from tests.sandbox.visitor import Visitor

INVALID_GRANT = (400, "InvalidGrantException")


@pytest.fixture
def refresh_token(client: Client) -> str:
    """Sign in, and keep the refresh token."""
    return str(client.signed_in()["refreshToken"])


def test_a_refresh_gives_new_tokens(client: Client, refresh_token: str) -> None:
    """Whoever keeps the old pair is to be found out at the next refresh."""
    reply = client.refresh(refresh_token).document

    assert refresh_token != reply["refreshToken"]
    assert client.refresh(reply["refreshToken"]).status == 200


def test_a_spent_refresh_token_is_refused_and_counted(
    sandbox: Sandbox, client: Client, refresh_token: str
) -> None:
    """Nobody knows whether AWS is that strict; a client that bears it bears anything."""
    client.refresh(refresh_token)

    assert client.refresh(refresh_token).refusal == INVALID_GRANT
    assert sandbox.counters()["refresh_reuse_attempts"] == 1


def test_a_refresh_token_belongs_to_its_client(
    client: Client, refresh_token: str, visitor: Visitor
) -> None:
    """The four values of a token cache belong together; a mixture must fail."""
    assert Client.register(visitor).refresh(refresh_token).refusal == INVALID_GRANT
    assert client.refresh(refresh_token).status == 200


def test_an_unknown_refresh_token_is_no_reuse(sandbox: Sandbox, client: Client) -> None:
    """The count is to tell of a race, not of garbage."""
    client.refresh("aorBogus")

    assert sandbox.counters()["refresh_reuse_attempts"] == 0


def test_a_refresh_fails_once_the_portal_session_is_over(
    sandbox: Sandbox, client: Client, refresh_token: str
) -> None:
    """After eight hours a person is needed again, whatever was refreshed before."""
    sandbox.advance_clock(28_801)

    assert client.refresh(refresh_token).refusal == INVALID_GRANT


def test_a_token_late_in_the_session_is_a_short_one(
    sandbox: Sandbox, client: Client, refresh_token: str
) -> None:
    """AWS hands out less than an hour then; a client must believe expiresIn."""
    sandbox.advance_clock(28_800 - 600)

    assert client.refresh(refresh_token).document["expiresIn"] == pytest.approx(600, abs=5)


def test_with_grace_a_spent_token_works_for_a_while(
    sandbox: Sandbox, client: Client, refresh_token: str
) -> None:
    """Two programs that refresh at once both succeed where the service is kind."""
    sandbox.configure(rotate="grace", grace_seconds=30)
    client.refresh(refresh_token)

    assert client.refresh(refresh_token).status == 200
    sandbox.advance_clock(31)
    assert client.refresh(refresh_token).refusal == INVALID_GRANT


def test_without_rotation_the_same_token_comes_back(
    sandbox: Sandbox, client: Client, refresh_token: str
) -> None:
    """The service may turn out not to rotate at all."""
    sandbox.configure(rotate="static")

    assert refresh_token == client.refresh(refresh_token).document["refreshToken"]


def test_a_reply_may_leave_the_refresh_token_out(
    sandbox: Sandbox, client: Client, refresh_token: str
) -> None:
    """RFC 6749 §6: the old one stays good, and a client must keep it."""
    sandbox.configure(rotate="omit")

    assert client.refresh(refresh_token).document["refreshToken"] is None
    assert client.refresh(refresh_token).status == 200
