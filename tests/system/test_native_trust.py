"""A context that lets the system verify: here truststore asks OpenSSL, on Windows and macOS the system."""

import socket
import ssl
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from credential_process.sandbox.http.certificates import Certificates
from credential_process.system import native_trust
from testing.events import until

HOST = "portal.sso.us-east-1.amazonaws.com"
SECONDS = 60


@pytest.fixture(scope="module")
def authority() -> Iterator[Certificates]:
    """Make an authority that no computer trusts."""
    authority = Certificates()
    yield authority
    authority.close()


@pytest.fixture
def installed(authority: Certificates, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let truststore find it, as if it were installed on this computer."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.ca_bundle))


def connect(context: ssl.SSLContext, address: tuple[str, int], host: str = HOST) -> bytes:
    """Return what a server sends after the handshake."""
    with (
        socket.create_connection(address, SECONDS) as plain,
        context.wrap_socket(plain, server_hostname=host) as connection,
    ):
        return connection.recv(2)


class Server:
    """Begins its handshakes once `at_once` clients have begun theirs."""

    def __init__(self, context: ssl.SSLContext, at_once: int) -> None:
        self._context, self._at_once = context, at_once
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address: tuple[str, int] = self._socket.getsockname()
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with self._socket:
            clients = [self._socket.accept()[0] for _ in range(self._at_once)]
        for client in clients:
            client.settimeout(SECONDS)
            client.recv(1, socket.MSG_PEEK)
        for client in clients:
            with (
                suppress(OSError),  # refused
                self._context.wrap_socket(client, server_side=True) as connection,
            ):
                connection.sendall(b"ok")


@pytest.mark.usefixtures("installed")
def test_an_authority_that_is_installed_is_trusted(authority: Certificates) -> None:
    """Users behind an inspecting proxy need no variable."""
    server = Server(authority.context_for(HOST), at_once=1)
    assert connect(native_trust.context(), server.address) == b"ok"


def test_an_authority_that_is_not_installed_is_refused(authority: Certificates) -> None:
    """An attacker between here and AWS must not get the token."""
    server = Server(authority.context_for(HOST), at_once=1)
    with pytest.raises(ssl.SSLCertVerificationError):
        connect(native_trust.context(), server.address)


@pytest.mark.usefixtures("installed")
def test_another_host_is_refused(authority: Certificates) -> None:
    """Nor an attacker who has a certificate of a trusted authority."""
    server = Server(authority.context_for("example.com"), at_once=1)
    with pytest.raises(ssl.SSLCertVerificationError):
        connect(native_trust.context(), server.address)


@pytest.mark.usefixtures("installed")
def test_handshakes_of_threads_do_not_wait_for_each_other(authority: Certificates) -> None:
    """Fifty roles are fetched at once, and a handshake takes as long as two answers."""
    server = Server(authority.context_for(HOST), at_once=5)
    context = native_trust.context()
    with ThreadPoolExecutor(5) as threads:
        connections = [threads.submit(connect, context, server.address) for _ in range(5)]
        assert [each.result() for each in connections] == [b"ok"] * 5


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("host", [HOST, "example.com"])
def test_a_connection_within_one_to_a_proxy_is_verified(authority: Certificates, host: str) -> None:
    """A proxy that is reached over TLS itself."""
    to_client, to_server = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = native_trust.context().wrap_bio(to_client, to_server, server_hostname=host)
    server = authority.context_for(HOST).wrap_bio(to_server, to_client, server_side=True)

    def is_done(side: ssl.SSLObject) -> bool:
        try:
            side.do_handshake()
        except ssl.SSLWantReadError:
            return False
        return True

    def is_connected() -> bool:
        return is_done(client) & is_done(server)

    if host == HOST:
        assert until(is_connected, "both have finished")
    else:
        with pytest.raises(ssl.SSLCertVerificationError):
            until(is_connected, "both have finished")


def test_a_context_trusts_nothing_itself() -> None:
    """A library that went past it would be refused by OpenSSL, with no certificates."""
    assert native_trust.context().cert_store_stats()["x509"] == 0
