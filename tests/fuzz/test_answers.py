"""Responses of the service, of proxies and of anyone else in between: checked values, or an error of this package."""

from __future__ import annotations

import json
import math
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from credential_process.errors import CredentialProcessError, Unavailable
from credential_process.identity_center import IdentityCenter
from credential_process.identity_center.calls import Calls
from credential_process.identity_center.environment import ServiceEnvironment
from credential_process.identity_center.limiter import Limiter
from credential_process.identity_center.operations import (
    CREATE_TOKEN,
    GET_ROLE_CREDENTIALS,
    Operation,
)
from credential_process.identity_center.replies import DeviceAuthorization, Grant, RoleKeys
from credential_process.stores.account_list import Account
from credential_process.stores.token_cache import Registration
from tests.fuzz.conftest import REGION, START_URL
from tests.fuzz.damage import changed, damaged, edits, fuzzed, json_values, texts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

REGISTERED = Registration(client_id="id", client_secret="SECRET-client", expires_at=0)
SENT = "SECRET-token"
# Long enough for a campaign; a role session ends within a day.
EXPIRES_AT = int(time.time()) + 8 * 3600
ROLE: dict[str, Any] = {"account_id": "111122220001", "role_name": "Developer"}
REPLIES: dict[str, tuple[dict[str, Any], Callable[[IdentityCenter], object]]] = {
    "register_client": (
        {"clientId": "id", "clientSecret": "s", "clientSecretExpiresAt": 1_900_000_000},
        lambda service: service.register_client(start_url=START_URL, scopes=("a",)),
    ),
    "start_device_authorization": (
        {"deviceCode": "d", "userCode": "A-B", "verificationUri": "https://x", "expiresIn": 600, "interval": 1},
        lambda service: service.start_device_authorization(REGISTERED, start_url=START_URL),
    ),
    "create_token": (
        {"accessToken": "a", "expiresIn": 3600, "refreshToken": "r", "tokenType": "Bearer"},
        lambda service: service.refresh(REGISTERED, SENT),
    ),
    "get_role_credentials": (
        {"accessKeyId": "A", "secretAccessKey": "s", "sessionToken": "t", "expiration": EXPIRES_AT * 1000},
        lambda service: service.role_credentials(SENT, **ROLE),
    ),
    "list_accounts": (
        {"accountList": [{"accountId": "111122220001", "accountName": "a"}], "nextToken": None},
        lambda service: service.accounts(SENT),
    ),
}  # fmt: skip
READ: dict[str, object] = {
    "register_client": Registration(client_id="id", client_secret="s", expires_at=1_900_000_000),
    "start_device_authorization": DeviceAuthorization("d", "A-B", "https://x", 600, 1),
    "create_token": ("a", "r"),
    "get_role_credentials": RoleKeys("A", "s", "t", EXPIRES_AT),
    "list_accounts": ([Account(account_id="111122220001", name="a", email="")], ""),
}
STATUSES = (200, 200, 201, 204, 302, 400, 401, 403, 404, 429, 500, 503, 799)
ERRORS = (
    "InvalidGrantException", "InvalidClientException", "AuthorizationPendingException", "SlowDownException",
    "UnauthorizedException", "invalid_grant", "", "é", "a" * 2000,
)  # fmt: skip
TOKEN = b'{"accessToken":"a","expiresIn":3600}'
refusals = st.dictionaries(
    st.sampled_from(["error", "__type", "message", "error_description"]),
    st.sampled_from(ERRORS) | json_values,
).map(lambda reply: json.dumps(reply).encode())
header_texts = texts.map(
    lambda text: (
        "".join(letter for letter in text if letter.isprintable())
        .encode("latin-1", "replace")
        .decode("latin-1")
    )
)


class Server:
    """A service that sends one response to all requests, over connections that are kept."""

    def __init__(self) -> None:
        self.status, self.body, self.headers = 200, b"", {}  # type: ignore[var-annotated]
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1  # headers and body in one packet

            def do_GET(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                self.send_response(outer.status)
                for name, value in outer.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(outer.body)))
                self.end_headers()
                self.wfile.write(outer.body)

            do_POST = do_GET  # noqa: N815  the library's name

            def log_message(self, *arguments: object) -> None:
                """Print nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def answer(self, body: bytes, status: int = 200, **headers: str) -> None:
        """Send this response from now on."""
        self.status, self.body = status, body if status != 204 else b""
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}

    def close(self) -> None:
        """Stop."""
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """Start it."""
    server = Server()
    yield server
    server.close()


class OneTry(Calls):
    """Calls without a second try, which would take a while."""

    def call(
        self,
        operation: Operation,
        tries: int,
        deadline: float = math.inf,
        /,
        **parameters: str | int | list[str],
    ) -> dict[str, Any]:
        """Call once."""
        return super().call(operation, min(tries, 1), deadline, **parameters)


@pytest.fixture(scope="module")
def calls(server: Server) -> Calls:
    """Send all calls to both services to this server."""
    environment = ServiceEnvironment(
        sso_endpoint=server.url, oidc_endpoint=server.url, timeout_seconds=5
    )
    return OneTry(REGION, environment, Limiter())


@pytest.fixture(scope="module")
def service(calls: Calls) -> IdentityCenter:
    """Call it like the broker does."""
    service = IdentityCenter(REGION, ServiceEnvironment(), Limiter())
    service._calls = calls
    return service


@pytest.mark.parametrize("operation", REPLIES)
def test_a_valid_response_is_read(server: Server, service: IdentityCenter, operation: str) -> None:
    """The positive control of the next test, which refusing every response would pass."""
    whole, ask = REPLIES[operation]
    wrapped = {"roleCredentials": whole} if operation == "get_role_credentials" else whole
    server.answer(json.dumps(wrapped).encode())
    given = ask(service)
    if isinstance(given, Grant):
        assert time.time() < given.expires_at <= time.time() + 3600
        given = given.access_token, given.refresh_token
    assert given == READ[operation]


@fuzzed
@given(operation=st.sampled_from(sorted(REPLIES)), data=st.data())
def test_members_are_checked_or_the_response_is_refused(
    server: Server, service: IdentityCenter, operation: str, data: st.DataObject
) -> None:
    """A number in place of a text must not become a header, a file or a wrong credential."""
    whole, ask = REPLIES[operation]
    reply = data.draw(changed(whole, json_values))
    if operation == "get_role_credentials":
        reply = {"roleCredentials": reply}
    server.answer(json.dumps(reply).encode())
    said, given = "", None
    try:
        given = ask(service)
    except CredentialProcessError as error:
        said = str(error)
    assert said or given
    assert (said.isprintable(), "SECRET" in said) == (True, False)
    assert all(_is_sane(getattr(given, name)) for name in getattr(given, "__slots__", ()))


ODD: dict[type, tuple[object, ...]] = {
    str: ("", "a\nb", "\x1b[2J", "é", "\ud800", 7, None),
    int: (0, -1, 10**14, []),
}
NOT_NEEDED = {"refreshToken", "tokenType"}
ODD_MEMBERS = [
    (operation, member, odd)
    for operation, (whole, _) in REPLIES.items()
    for member, value in whole.items()
    if member not in NOT_NEEDED
    for odd in ODD.get(type(value), ())
]


@pytest.mark.parametrize(("operation", "member", "odd"), ODD_MEMBERS)
def test_a_response_with_an_odd_member_is_refused(
    server: Server, service: IdentityCenter, operation: str, member: str, odd: object
) -> None:
    """A token with a line break would be another header, and a date in the year 5000 would be believed."""
    whole, ask = REPLIES[operation]
    reply: dict[str, object] = {**whole, member: odd}
    if operation == "get_role_credentials":
        reply = {"roleCredentials": reply}
    server.answer(json.dumps(reply).encode())
    with pytest.raises(Unavailable, match="invalid response"):
        ask(service)


@pytest.mark.parametrize(
    "odd", ["\ud800", "a\nb", "a" * 20_000, 7], ids=["half", "line", "long", "7"]
)
def test_an_invalid_refresh_token_is_not_kept(
    server: Server, service: IdentityCenter, odd: object
) -> None:
    """The access token in the same response is good, and what was exchanged for both is spent."""
    whole, _ = REPLIES["create_token"]
    server.answer(json.dumps({**whole, "refreshToken": odd}).encode())
    grant = service.refresh(REGISTERED, SENT)
    assert (grant.access_token, grant.refresh_token) == ("a", "")


@fuzzed
@given(
    service_name=st.sampled_from(["sso", "sso-oidc"]),
    status=st.sampled_from(STATUSES),
    reply=refusals | edits.map(lambda made: damaged(TOKEN, made)),
    kind=st.sampled_from(ERRORS[:6]) | header_texts,
    form=st.sampled_from(["application/json", "text/html; charset=é", "application/x-amz-json-1.1", ""]),
    later=st.sampled_from(["", "3", "-1", "²", "1e9", "9" * 400, "Wed, 21 Oct 2026 07:28:00 GMT"]),
)  # fmt: skip
@example(
    service_name="sso-oidc", status=200, reply=TOKEN, kind="", form="application/json", later=""
)
def test_every_refused_response_raises_an_error_of_this_package(
    server: Server,
    calls: Calls,
    service_name: str,
    status: int,
    reply: bytes,
    kind: str,
    form: str,
    later: str,
) -> None:
    """Whatever the response is, the user reads one line without a secret."""
    server.answer(reply, status, x_amzn_ErrorType=kind, Content_Type=form, Retry_After=later)
    said, given = "", {}
    operation = {
        "sso": (GET_ROLE_CREDENTIALS, {"accessToken": SENT, "accountId": "1", "roleName": "r"}),
        "sso-oidc": (CREATE_TOKEN, {"clientId": "id", "clientSecret": SENT, "grantType": "x"}),
    }[service_name]
    try:
        given = calls.call(operation[0], 1, **operation[1])
    except CredentialProcessError as error:
        said = str(error)
    assert isinstance(given, dict)
    if (service_name, status, reply) == ("sso-oidc", 200, TOKEN):
        assert (given["accessToken"], given["expiresIn"]) == ("a", 3600)
    assert (said.isprintable(), "SECRET" in said) == (True, False)


def _is_sane(value: object) -> bool:
    if isinstance(value, str):
        return value.isascii() and value.isprintable() and len(value) <= 16 * 1024
    return isinstance(value, int) and 0 <= value < 10**14
