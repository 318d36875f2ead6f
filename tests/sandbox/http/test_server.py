"""The server: keep-alive, many connections at once, and a stop that leaves nothing open."""

import http.client
import socket
import struct
import threading
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest

from credential_process.sandbox import Sandbox
from tests.sandbox.visitor import Visitor


def connect(sandbox: Sandbox) -> socket.socket:
    """Open a separate connection."""
    return socket.create_connection(("127.0.0.1", urlsplit(sandbox.url).port or 0), timeout=120)


def test_a_connection_is_kept_for_many_requests(sandbox: Sandbox, visitor: Visitor) -> None:
    """Every SDK reuses connections, and fetching many roles depends on it."""
    for _ in range(5):
        visitor.get("/.health")

    assert len({record.client for record in sandbox.requests()}) == 1


def test_it_listens_on_loopback_only(sandbox: Sandbox) -> None:
    """A pretend identity provider must not be reachable from the network."""
    assert urlsplit(sandbox.url).hostname == "127.0.0.1"


def test_200_clients_at_once_are_all_served(sandbox: Sandbox) -> None:
    """The product's own tests start herds of clients, which must not break the sandbox."""
    together = threading.Barrier(200)

    def visit(_: int) -> int:
        with Visitor(sandbox.url) as visitor:
            together.wait(timeout=120)
            return visitor.get("/.health").status

    with ThreadPoolExecutor(200) as pool:
        statuses = list(pool.map(visit, range(200)))

    assert statuses == [200] * 200


def test_a_stop_ends_idle_connections() -> None:
    """A client that keeps its connection must not keep the sandbox running."""
    with Sandbox() as sandbox:
        connection = connect(sandbox)
        connection.sendall(b"GET /.health HTTP/1.1\r\nHost: x\r\n\r\n")
        connection.recv(65_536)

    assert connection.recv(1) == b""
    connection.close()


@pytest.mark.parametrize("lingers", [(0, 0), (1, 0)], ids=["closes", "resets"])
def test_half_a_request_has_no_effect(
    sandbox: Sandbox, capfd: pytest.CaptureFixture[str], lingers: tuple[int, int]
) -> None:
    """The product's tests kill many clients in the middle of a request."""
    with connect(sandbox) as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", *lingers))
        connection.sendall(b"POST /logout HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{")
    sandbox.stop()

    assert (capfd.readouterr(), sandbox.defects, sandbox.requests()) == (("", ""), [], [])


def test_a_chunked_body_is_refused(sandbox: Sandbox) -> None:
    """No SDK sends one, and a guess at its end would garble the next request."""
    connection = http.client.HTTPConnection(urlsplit(sandbox.url).netloc, timeout=120)
    connection.request("POST", "/token", iter([b"{}"]), {"Transfer-Encoding": "chunked"})

    assert connection.getresponse().status == 411
    connection.close()


def test_an_unknown_path_is_an_unknown_operation(visitor: Visitor) -> None:
    """A client that builds a wrong URL gets AWS's response."""
    reply = visitor.post("/tokens")

    assert (reply.status, reply.document["__type"]) == (
        404,
        "com.amazon.coral.service#UnknownOperationException",
    )


def test_a_head_request_has_no_body(visitor: Visitor) -> None:
    """Vanity URLs are resolved with HEAD, and the connection must stay in sync."""
    assert visitor.send("HEAD", "/.health").status == 404
    assert visitor.get("/.health").document == {"status": "ok"}


def test_a_defect_is_a_500_and_is_recorded() -> None:
    """A defect of the sandbox must show as one, and not as a client that hangs."""
    with Sandbox(accounts=[]) as sandbox, Visitor(sandbox.url) as visitor:
        sandbox.configure(page_size=20)
        sandbox._realm.organisation._users["alice"] = ((),)  # type: ignore[assignment]
        reply = visitor.get("/assignment/accounts", sandbox.sign_in()["accessToken"])

    assert (reply.status, len(sandbox.defects)) == (500, 1)
