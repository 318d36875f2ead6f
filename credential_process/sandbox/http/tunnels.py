"""CONNECT: the sandbox as an HTTPS proxy that serves the requested hosts itself.

So a client without endpoint overrides reaches it under AWS's own host names.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from .certificates import Certificates
from .service_hosts import service_host

if TYPE_CHECKING:
    import socket
    import ssl

    from credential_process.sandbox.state.realm import Realm


@dataclass(frozen=True, slots=True)
class Tunnel:
    """A host that a client asked the proxy for, and whether the tunnel was opened."""

    host: str
    port: int
    opened: bool


class Tunnels:
    """Decide which hosts the proxy serves, record the requests, and provide TLS."""

    def __init__(self, realm: Realm) -> None:
        self._realm = realm
        self._lock = threading.Lock()
        self._asked: list[Tunnel] = []
        self._certificates: Certificates | None = None

    @property
    def ca_bundle(self) -> str:
        """Return the path of the certificate that clients have to trust."""
        if self._certificates is None:
            raise RuntimeError("the sandbox is not a proxy; start it with connect_proxy=True")
        return str(self._certificates.ca_bundle)

    def start(self) -> None:
        """Start to open tunnels; raises OSError if there is no ``openssl``."""
        self._certificates = Certificates()

    def stop(self) -> None:
        """Stop opening tunnels."""
        if self._certificates is not None:
            self._certificates.close()
            self._certificates = None

    def ask(self, target: str) -> str | None:
        """Record a CONNECT request; return the host if a tunnel may be opened."""
        host, _, port = target.rpartition(":")
        may_open = self._certificates is not None and port == "443" and self._leads_to(host)
        with self._lock:
            self._asked.append(Tunnel(host, int(port) if port.isdecimal() else 0, may_open))
        return host if may_open else None

    def secured(self, connection: socket.socket, host: str) -> ssl.SSLSocket:
        """Return the connection wrapped in this host's TLS, before the handshake."""
        if self._certificates is None:  # pragma: no cover - stopped at this moment
            raise ConnectionAbortedError("the sandbox was stopped")
        context = self._certificates.context_for(host)
        return context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)

    def asked(self) -> list[Tunnel]:
        """Return the requests for tunnels so far, in order."""
        with self._lock:
            return list(self._asked)

    def forget(self) -> None:
        """Forget the requests so far."""
        with self._lock:
            self._asked.clear()

    def _leads_to(self, host: str) -> bool:
        settings = self._realm.settings
        portals = {urlsplit(one.start_url).hostname for one in self._realm.tenants.all(settings)}
        return service_host(host) is not None or host in settings.vanity_urls or host in portals
