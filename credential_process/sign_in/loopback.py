"""The listener that the browser comes back to (RFC 8252 §7.3).

It trusts nobody: any page in the browser and any user of the machine can send requests to it.
"""

from __future__ import annotations

import contextlib
import http.server
import socket
import socketserver
import threading
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import parse_qsl, urlsplit

from credential_process.sign_in import pages

if TYPE_CHECKING:
    from collections.abc import Callable

_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": pages.CONTENT_SECURITY_POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_PATIENCE_SECONDS = 5
_MOST_SILENT = 50


@dataclass(frozen=True, slots=True)
class Reply:
    """What the browser gets: a page, or a redirect where `location` is set."""

    status: int
    page: str = ""
    location: str = ""


NOT_FOUND = Reply(404, "<!doctype html><title>Not found</title><p>There is nothing here.\n")


class Listener:
    """An HTTP server on 127.0.0.1; `answer` gets the path and the query of each request, in a thread of its own.

    Raises `OSError` when the port is taken; port 0 takes a free one.
    """

    def __init__(self, port: int, answer: Callable[[str, dict[str, str]], Reply]) -> None:
        # RFC 8252 §8.3: the address, not the name "localhost", so that nothing but loopback can listen.
        self._server = _Server(("127.0.0.1", port), _handler(answer))
        self.port = self._server.server_port
        threading.Thread(
            target=self._server.serve_forever, args=(0.1,), daemon=True, name="loopback"
        ).start()

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()


class _Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    request_queue_size = 128
    # A broker that takes over listens on the port that the browser knows, whose last owner has just died.
    allow_reuse_address = True
    block_on_close = False

    def __init__(
        self, address: tuple[str, int], handler: type[http.server.BaseHTTPRequestHandler]
    ) -> None:
        self._silent: deque[socket.socket] = deque()
        super().__init__(address, handler)

    def process_request(self, request: Any, client_address: Any) -> None:  # noqa: ANN401  socketserver's signature
        """Serve a connection; of too many that have asked nothing yet, the oldest makes room for it.

        Any user of the machine may open thousands, and each takes a descriptor from all that we do.
        """
        if len(self._silent) >= _MOST_SILENT:
            with contextlib.suppress(IndexError, OSError):
                self._silent.popleft().shutdown(socket.SHUT_RDWR)
        self._silent.append(request)
        super().process_request(request, client_address)

    def heard(self, request: Any) -> None:  # noqa: ANN401  the same
        """Take note that a connection has asked, and is being answered."""
        with contextlib.suppress(ValueError):
            self._silent.remove(request)

    def shutdown_request(self, request: Any) -> None:  # noqa: ANN401  the same
        """Close a connection."""
        self.heard(request)
        super().shutdown_request(request)

    def server_bind(self) -> None:
        # Not HTTPServer's, which asks the resolver for our name.
        socketserver.TCPServer.server_bind(self)
        self.server_port = int(self.socket.getsockname()[1])

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401  socketserver's signature
        """Say nothing: browsers open connections that they never use, and drop them."""


def _handler(
    answer: Callable[[str, dict[str, str]], Reply],
) -> type[http.server.BaseHTTPRequestHandler]:
    class Handler(http.server.BaseHTTPRequestHandler):
        # Idle pre-connects of browsers end by themselves, and each has a thread of its own meanwhile.
        timeout = _PATIENCE_SECONDS
        server_version = "sso-credential-process"
        sys_version = ""

        def do_GET(self) -> None:
            server = cast("_Server", self.server)
            server.heard(self.connection)
            # A name that points to 127.0.0.1 would make us part of a foreign site (DNS rebinding).
            if self.headers.get_all("Host") != [f"127.0.0.1:{server.server_port}"]:
                self._send(NOT_FOUND)
                return
            try:
                url = urlsplit(self.path)
                query = parse_qsl(url.query, max_num_fields=20)
            except ValueError:
                self._send(NOT_FOUND)
                return
            if len(dict(query)) != len(query):
                self._send(NOT_FOUND)
                return
            self._send(answer(url.path, dict(query)))

        def _send(self, reply: Reply) -> None:
            content = reply.page.encode()
            self.send_response(reply.status)
            for name, value in _HEADERS.items():
                self.send_header(name, value)
            if reply.location:
                self.send_header("Location", reply.location)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002, ANN401  the library's signature
            """Say nothing: the request line holds the authorization code."""

    return Handler
