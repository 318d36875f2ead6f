"""Requests to the listener that the browser returns to, from any page and any user of the computer."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from credential_process.broker.context import BrokerContext
from credential_process.broker.loop import Loop
from credential_process.broker.open_wants import OpenWants
from credential_process.broker.sign_in.authorization_code import AuthorizationCodeFlow
from credential_process.session.client_registration import ClientRegistrations
from credential_process.session.context import SessionContext
from credential_process.session.service_clients import ServiceClients
from credential_process.stores import token_cache
from credential_process.stores.authorization_code_sign_in import AuthorizationCodeSignIn
from tests.fuzz.conftest import Place, a_token
from tests.fuzz.damage import Edit, damaged, edits, fuzzed, texts

if TYPE_CHECKING:
    from collections.abc import Iterator

STATUSES = {200, 400, 404, 405, 408, 414, 431, 501, 505}
NAMES = ("state", "code", "error", "error_description", "state", "x")
GUESSED = "error=access_denied&state=guessed"
queries = st.lists(st.tuples(st.sampled_from(NAMES), texts.map(quote)), max_size=25).map(
    lambda pairs: "&".join(f"{name}={value}" for name, value in pairs)
)
paths = st.sampled_from(["/oauth/callback", "/", "/favicon.ico", "//[", "http://[", "*"])


@pytest.fixture(scope="module")
def flow(place: Place) -> Iterator[AuthorizationCodeFlow]:
    """Open a sign-in, and listen for the browser."""
    fields = {"session": "corp", "AWS_CONFIG_FILE": place.config, "HOME": str(place.home)}
    context = SessionContext.of(fields, place.session)
    registration = a_token().registration
    assert registration is not None
    registry = ClientRegistrations(context, AuthorizationCodeSignIn.flow)
    token_cache.store_registration(registry._file, registration, context.session.scopes)
    wants = OpenWants(place.host, take=lambda _want: None, decide=lambda _want: None)
    broker = BrokerContext(place.host, ServiceClients(), Loop(), wants)
    flow = AuthorizationCodeFlow(broker, context, lambda _flow, _failure: None)
    asked: dict[str, Any] = dict.fromkeys(("caller", "account", "role", "label", "begun_by"), "x")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    flow.take_over(AuthorizationCodeSignIn(**asked, client_id=registration.client_id, port=port))
    yield flow
    flow.close()


def ask(port: int, request: bytes) -> bytes:
    """Send a raw request, and read until the listener closes the connection."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        try:
            connection.sendall(request)
            connection.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: connection.recv(65536), b""))
        except OSError:
            return b""  # the connection was closed before everything was sent


def test_the_browser_with_the_address_is_redirected(flow: AuthorizationCodeFlow) -> None:
    """The positive control of the next test, which a listener that answers no request would pass."""
    port = flow.sign_in.port
    request = f"GET /{flow.sign_in.nonce} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n"
    assert b"\r\nLocation: https://" in ask(port, request.encode())


@fuzzed
@given(
    method=st.sampled_from(["GET", "GET", "POST", "HEAD", "get", ""]) | texts,
    path=paths,
    query=queries,
    host=st.sampled_from(["own", "own", "localhost", "evil.example"]) | texts,
    made=st.just([]) | edits,
)
@example(method="GET", path="/oauth/callback", query=GUESSED, host="own", made=[])
def test_a_stranger_is_turned_away_and_ends_nothing(
    flow: AuthorizationCodeFlow, method: str, path: str, query: str, host: str, made: list[Edit]
) -> None:
    """Without the state, no request may end the sign-in, redeem a code, or block the listener."""
    port = flow.sign_in.port
    name = f"127.0.0.1:{port}" if host == "own" else host
    whole = f"{method} {path}?{query} HTTP/1.1\r\nHost: {name}\r\n\r\n".encode()
    request = damaged(whole, made)
    answer = ask(port, request)
    if (method, path, query, host, made) == ("GET", "/oauth/callback", GUESSED, "own", []):
        assert answer.startswith(b"HTTP/1.0 400 ")
    assert not flow.has_ended
    assert flow.sign_in.state.encode() not in answer
    assert flow.sign_in.nonce.encode() not in answer
    if answer.startswith(b"HTTP/1"):
        assert int(answer.split()[1]) in STATUSES
    if b"\r\nLocation" in answer:
        raise AssertionError(answer)


@fuzzed
@given(query=queries, made=st.just([]) | edits)
def test_the_next_request_is_answered_as_if_nothing_had_been(
    flow: AuthorizationCodeFlow, query: str, made: list[Edit]
) -> None:
    """A browser that comes after a port scanner must be answered as usual."""
    port = flow.sign_in.port
    ask(port, damaged(f"GET /oauth/callback?{query}".encode(), made))
    line = f"GET /oauth/callback?{GUESSED} HTTP/1.1"
    answer = ask(port, f"{line}\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
    assert answer.startswith(b"HTTP/1.0 400 ")
    assert not flow.has_ended
