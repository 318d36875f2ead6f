"""Requests to `serve` on 127.0.0.1: what is answered to whom, and what it costs."""

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest

from credential_process.sandbox import Sandbox
from testing.events import until
from testing.executable import Executable
from testing.home import Home
from testing.people import Pause, Person
from tests.serve.conftest import Serve, Served

KEYS = {"AccessKeyId", "SecretAccessKey", "Token", "Expiration"}


@pytest.fixture
def served(serve: Serve, signed_in: Home) -> Served:
    """Serve the profile dev for a user who is signed in."""
    assert signed_in.token_file().exists()
    return serve()


@pytest.mark.usefixtures("signed_in")
def test_a_cached_role_is_answered_without_a_broker(
    get: Executable, serve: Serve, sandbox: Sandbox
) -> None:
    """SDKs ask once for each client, and must not cost a process or a request to AWS each time."""
    served = serve()
    printed = json.loads(get().stdout)
    before = sandbox.counters()
    reply = served.ask()
    assert (reply.status, set(reply.body)) == (200, KEYS)
    assert reply.body["Token"] == printed["SessionToken"]
    assert reply.body["AccessKeyId"] == printed["AccessKeyId"]
    assert sandbox.counters() == before


def test_without_the_token_every_path_is_refused_alike(served: Served) -> None:
    """A program that scans the port must not learn which profiles there are."""
    token = served.token
    tokens = ("", "x", (token, token), f"Bearer {token}", f"{token}x", token[:-1], "é")
    paths = ("/profile/dev", "/", "/profile/prod", "/profile/dev/../dev", "/role/1/x", "//", "x")
    replies = [served.ask(path, Authorization=shown) for path in paths for shown in tokens]
    assert {(reply.status, *reply.body.values()) for reply in replies} == {
        (403, "WrongToken", "the token is missing, or not that of this endpoint")
    }


def test_a_path_that_is_not_served_is_answered_with_those_that_are(served: Served) -> None:
    """The most common mistake is one in the address."""
    reply = served.ask("/profile/prod")
    assert (reply.status, reply.body["code"]) == (404, "NotServed")
    assert "/profile/dev" in reply.body["message"]


def test_another_host_name_is_refused(served: Served) -> None:
    """A page whose name resolves to 127.0.0.1 is not an SDK (DNS rebinding)."""
    hosts = ("", "example.com", "169.254.170.2", ("127.0.0.1", "example.com"))
    replies = [served.ask(Host=host) for host in hosts]
    assert {(reply.status, reply.body["code"]) for reply in replies} == {(403, "WrongHost")}


def test_a_forwarded_port_is_answered(served: Served) -> None:
    """In a container and behind `ssh -R` the port is another one."""
    hosts = ("127.0.0.1:1", "127.0.0.1", "localhost:80", "LOCALHOST", "[::1]:80")
    assert {served.ask(Host=host).status for host in hosts} == {200}


def test_no_method_but_get_is_answered(served: Served) -> None:
    """No SDK sends one, and a page in a browser might."""
    methods = ("POST", "PUT", "DELETE", "OPTIONS", "get")
    assert {served.ask(method=method).status for method in methods} == {405}


@pytest.mark.usefixtures("signed_in")
def test_names_of_profiles_are_escaped_in_their_paths(
    serve: Serve, add_profile: Callable[..., None]
) -> None:
    """Names from `populate` have slashes, and those of users have spaces."""
    name = "team/50% of a?b"
    add_profile(name)
    served = serve("--profile", name)
    assert served.url.endswith("/profile/team/50%25%20of%20a%3Fb")
    assert served.ask().status == 200


@pytest.mark.usefixtures("signed_in")
def test_profiles_have_a_path_each(
    serve: Serve, add_profile: Callable[..., None], sandbox: Sandbox
) -> None:
    """A container of a test may need the roles of several accounts."""
    add_profile("prod", account=1)
    served = serve("--profile", "dev", "--profile", "prod")
    replies = [served.ask(f"/profile/{name}") for name in ("dev", "prod")]
    assert [reply.status for reply in replies] == [200, 200]
    assert len({reply.body["AccessKeyId"] for reply in replies}) == 2
    assert sandbox.counters()["role_credentials"] == 2


def test_a_profile_with_a_source_profile_is_served(
    serve: Serve, home: Home, signed_in: Home, sandbox: Sandbox
) -> None:
    """Containers of a test get the role that it runs with in production."""
    arn = f"arn:aws:iam::{sandbox.accounts[1].account_id}:role/Deployment"
    assert signed_in is home
    with home.config.open("a") as config:
        config.write(f"\n[profile deployment]\nrole_arn = {arn}\nsource_profile = dev\n")
        config.write("region = eu-west-1\n")
    served = serve("--profile", "deployment")
    assert [served.ask().status for _ in range(2)] == [200, 200]
    counters = sandbox.counters()
    assert (counters["role_credentials"], counters["assume_role"]) == (1, 1)


def connections(served: Served, count: int, content: bytes) -> Iterator[socket.socket]:
    """Open connections that send the beginning of a request."""
    url = urlsplit(served.url)
    for _ in range(count):
        connection = socket.create_connection(("127.0.0.1", url.port or 0), timeout=60)
        connection.sendall(content)
        yield connection


@pytest.mark.parametrize("content", [b"", b"GET /profile/dev HTTP/1.1\r\nX: "])
def test_hundreds_of_slow_clients_block_no_other(served: Served, content: bytes) -> None:
    """Any program in the container may open them, and they must take neither all threads nor all descriptors."""
    with ExitStack() as stack:
        for connection in connections(served, 600, content):
            stack.enter_context(connection)
        assert served.ask().status == 200


def test_a_client_that_does_not_read_its_answer_blocks_no_other(served: Served) -> None:
    """A stopped program in a container leaves its connection open."""
    url = urlsplit(served.url)
    head = f"GET {url.path} HTTP/1.1\r\nHost: {url.netloc}\r\nAuthorization: {served.token}\r\n\r\n"
    with ExitStack() as stack:
        for connection in connections(served, 100, head.encode()):
            stack.enter_context(connection)
        assert served.ask().status == 200


def test_a_huge_request_is_refused(served: Served) -> None:
    """The head of a request of an SDK has a few hundred bytes."""
    assert served.ask(X="x" * 40_000).status in {414, 431}


def test_a_request_of_http_0_9_is_refused(served: Served) -> None:
    """It has no headers, and so no token."""
    (connection,) = connections(served, 1, f"GET {urlsplit(served.url).path}\r\n\r\n".encode())
    with connection, connection.makefile("rb") as answer:
        assert answer.readline().split()[1] == b"400"


def test_a_sign_in_is_open_where_serve_runs_and_its_place_is_answered_in_time(
    serve: Serve, people: Callable[..., Person], pause: Pause, sandbox: Sandbox
) -> None:
    """Java gives up after a second, and its user has to read where to sign in; the next request is served."""
    person = people("--wait-for", str(pause.path))
    served = serve(BROWSER=person.browser)
    until(lambda: served.ask().body.get("code") == "SignInOpen", "the page is open")
    replies = [served.ask() for _ in range(2)]
    assert {reply.status for reply in replies} == {503}
    page = until(person.arrivals, "the page is opened")[0]
    assert page in replies[0].body["message"]
    until(pause.end, "the person goes on")
    until(lambda: served.ask().status == 200, "the role is answered")
    counters = sandbox.counters()
    assert (counters["authorize"], counters["role_credentials"]) == (1, 1)
    assert len(person.arrivals()) == 1


def test_a_request_can_wait_for_the_sign_in(serve: Serve, person: Person) -> None:
    """Go and current JavaScript have no limit, so their first request can be the one that succeeds."""
    assert serve("--wait", "300").ask().status == 200
    assert len(person.arrivals()) == 1


def test_a_denial_is_answered_to_the_program_that_waits_for_it(
    serve: Serve, people: Callable[..., Person]
) -> None:
    """It is not asked again: SDKs repeat a request after 503, not after 403."""
    person = people("--deny")
    served = serve("--wait", "300", BROWSER=person.browser)
    replies = [served.ask() for _ in range(3)]
    assert [reply.status for reply in replies] == [403, 403, 403]
    assert replies[0].body["code"] == "Refused"
    assert len(person.arrivals()) == 1


def test_without_sign_ins_the_command_to_type_is_answered(
    serve: Serve, sandbox: Sandbox, nobody: Person
) -> None:
    """On a server there is no user to ask, and the reason must reach the log of the container."""
    reply = serve("--no-login", BROWSER=nobody.browser).ask()
    assert (reply.status, reply.body["code"]) == (403, "SignInNeeded")
    assert "sso-credential-process login --sso-session corp" in reply.body["message"]
    assert sandbox.counters()["authorize"] == 0


def test_an_expired_token_is_renewed_for_a_request(
    serve: Serve, home: Home, sandbox: Sandbox, nobody: Person
) -> None:
    """The portal session lasts for days, the access token for an hour."""
    home.sign_in(sandbox, expiresAt="2020-01-01T00:00:00Z")
    assert serve(BROWSER=nobody.browser).ask().status == 200
    assert sandbox.counters()["token"]["refresh_token"] == 1


def test_a_role_that_is_not_assigned_is_named(served: Served, sandbox: Sandbox) -> None:
    """The container's user reads it in the message of the SDK."""
    sandbox.set_faults({"preset": "403_no_access", "operation": "role_credentials"})
    reply = served.ask()
    assert (reply.status, reply.body["code"]) == (403, "Refused")
    assert "role Developer in account 111122220001 is not assigned to you" in reply.body["message"]


def test_a_service_that_is_down_is_worth_another_try(serve: Serve, nobody: Person) -> None:
    """SDKs repeat a request after 503."""
    endpoints = ("AWS_ENDPOINT_URL_SSO", "AWS_ENDPOINT_URL_SSO_OIDC")
    served = serve(BROWSER=nobody.browser, **dict.fromkeys(endpoints, "http://127.0.0.1:9"))
    reply = served.ask()
    assert (reply.status, reply.body["code"]) == (503, "Unavailable")
    assert "cannot be reached" in reply.body["message"]
