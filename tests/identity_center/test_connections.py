"""Connections without a proxy: kept, opened again, and never trusted too far."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, suppress

import pytest

from credential_process.errors import Unavailable
from credential_process.identity_center.connections import Connections
from credential_process.identity_center.environment import ServiceEnvironment
from credential_process.sandbox.http.certificates import Certificates

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
LONGEST = 1024 * 1024


class Server:
    """Sends one answer to every request, and closes after it, if it should; `accepted` counts the connections."""

    def __init__(self) -> None:
        self.answer = ANSWER
        self.closes = False
        self.accepted = 0
        self.closed = threading.Semaphore(0)
        self.certificates: Certificates | None = None
        self.name = ""
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with suppress(OSError):  # the end of the test
            while True:
                connected, _ = self.listener.accept()
                self.accepted += 1
                threading.Thread(target=self._answer, args=(connected,), daemon=True).start()

    def _answer(self, connected: socket.socket) -> None:
        with suppress(OSError):
            if self.certificates is not None:
                context = self.certificates.context_for(self.name)
                connected = context.wrap_socket(connected, server_side=True)
            with closing(connected):
                while b"\r\n\r\n" in connected.recv(65536):
                    connected.sendall(self.answer)
                    if self.closes:
                        break
            self.closed.release()


@pytest.fixture
def server() -> Iterator[Server]:
    """Start it."""
    server = Server()
    with server.listener:
        yield server


@pytest.fixture
def connections(server: Server) -> Connections:
    """Return connections to it."""
    return Connections(f"http://127.0.0.1:{server.port}", ServiceEnvironment())


def test_a_connection_is_kept_for_the_next_request(
    server: Server, connections: Connections
) -> None:
    """A new one to another continent takes longer than the request."""
    bodies = [connections.send("GET", "/", {}).body for _ in range(3)]
    assert (bodies, server.accepted) == ([b"{}"] * 3, 1)


def test_a_connection_that_the_server_has_closed_is_not_used(
    server: Server, connections: Connections
) -> None:
    """A token can be exchanged only once, so a request that was sent into nothing cannot be repeated."""
    server.closes = True
    for _ in range(3):
        assert connections.send("POST", "/token", {}, b"{}").status == 200
        server.closed.acquire()
    assert server.accepted == 3


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (ANSWER[:-1], "connection was closed"),
        (b"", "connection was closed"),
        (b"nonsense\r\n\r\n", "connection was closed"),
        (CHUNKED + b"2\r\n{", "connection was closed"),
        (b"HTTP/1.1 200 OK\r\n\r\n" + b" " * (LONGEST + 1), "too long"),
        (CHUNKED + b"200000\r\n" + b" " * 0x200000 + b"\r\n0\r\n\r\n", "too long"),
    ],
    ids=["cut", "nothing", "no HTTP", "cut chunk", "long", "long chunk"],
)
def test_a_damaged_answer_is_one_error(
    server: Server, connections: Connections, answer: bytes, words: str
) -> None:
    """Half of a token must not be taken for one."""
    server.answer, server.closes = answer, True
    with pytest.raises(Unavailable, match=words):
        connections.send("GET", "/", {})


def test_an_answer_of_unknown_length_is_read_to_its_end(
    server: Server, connections: Connections
) -> None:
    """The control: an old proxy sends no length, and its connections cannot be kept."""
    server.answer, server.closes = b"HTTP/1.0 200 OK\r\n\r\n{}", True
    assert [connections.send("GET", "/", {}).body for _ in range(2)] == [b"{}"] * 2
    assert server.accepted == 2


def test_an_address_where_nothing_listens_is_one_error() -> None:
    """The sandbox has ended, and the terminal in which it was used is still open."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        connections = Connections(
            f"http://127.0.0.1:{bound.getsockname()[1]}", ServiceEnvironment()
        )
        with pytest.raises(
            Unavailable, match=r"no connection\); .* if it was a sandbox, it has ended"
        ):
            connections.send("GET", "/", {})


def test_an_address_elsewhere_is_no_sandbox_that_has_ended() -> None:
    """At home a private endpoint cannot be reached."""
    connections = Connections("http://nowhere.invalid", ServiceEnvironment())
    with pytest.raises(Unavailable, match=r"no connection\); check the network"):
        connections.send("GET", "/", {})


def test_an_answer_that_does_not_come_is_waited_for_as_long_as_allowed(server: Server) -> None:
    """A service that hangs must not hold a caller up."""
    server.answer = b""
    hasty = ServiceEnvironment(timeout_seconds=0.05)
    with pytest.raises(Unavailable, match="no answer in time"):
        Connections(f"http://127.0.0.1:{server.port}", hasty).send("GET", "/", {})


@pytest.fixture(scope="module")
def certificates() -> Iterator[Certificates]:
    """Make an authority that no system knows."""
    with closing(Certificates()) as certificates:
        yield certificates


@pytest.fixture
def over_tls(server: Server, certificates: Certificates) -> Callable[..., Connections]:
    """Return a function that connects to ``localhost`` over TLS."""

    def connect(name: str = "localhost", bundle: str = "") -> Connections:
        server.certificates, server.name = certificates, name
        environment = ServiceEnvironment(ca_bundle=bundle)
        return Connections(f"https://localhost:{server.port}", environment)

    return connect


def test_a_certificate_of_a_known_authority_is_trusted(
    over_tls: Callable[..., Connections], server: Server, certificates: Certificates
) -> None:
    """The control of the tests below; the connection is kept as one without TLS is."""
    connections = over_tls(bundle=str(certificates.ca_bundle))
    assert [connections.send("GET", "/", {}).body for _ in range(2)] == [b"{}"] * 2
    assert server.accepted == 1


def test_a_certificate_of_an_unknown_authority_is_not_trusted(
    over_tls: Callable[..., Connections],
) -> None:
    """An attacker between here and AWS must not get the token."""
    with pytest.raises(Unavailable, match="certificate is not trusted"):
        over_tls().send("GET", "/", {})


def test_a_certificate_of_another_host_is_not_trusted(
    over_tls: Callable[..., Connections], certificates: Certificates
) -> None:
    """An authority signs certificates for many hosts, and one of them may be an attacker's."""
    connections = over_tls("elsewhere", bundle=str(certificates.ca_bundle))
    with pytest.raises(Unavailable, match="certificate is not trusted"):
        connections.send("GET", "/", {})


@pytest.mark.parametrize("url", ["ftp://127.0.0.1", "http://", "http://127.0.0.1:x", "http://[::1"])
def test_an_endpoint_that_is_not_a_url_is_named(url: str) -> None:
    """It is a typing error in a variable, which the hint names."""
    with pytest.raises(Unavailable, match="is not a URL") as failure:
        Connections(url, ServiceEnvironment())
    assert "AWS_ENDPOINT_URL" in failure.value.hint
