"""The listener that the browser returns to (RFC 8252 §7.3).

It checks every request: any page in the browser and any user of the machine can send one.
"""

from __future__ import annotations

import contextlib
import http
import http.client
import http.server
import socket
import socketserver
import threading
from collections import deque
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, cast
from urllib.parse import parse_qsl, urlsplit

from credential_process.broker.sign_in import pages
from credential_process.system import surroundings

if TYPE_CHECKING:
    import io
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
# Any user of the machine may send requests, many at once. A browser sends a dozen headers; one of them holds the
# cookies of all programs that serve pages on 127.0.0.1, since cookies ignore ports.
_MOST_BYTES = 32 * 1024
_MOST_LINES = 64


class Visit(NamedTuple):
    """What a browser requests, and the cookies that it sends, each as ``name=value``."""

    path: str
    query: dict[str, str]
    cookies: tuple[str, ...] = ()


class Reply(NamedTuple):
    """The response: a page, or a redirect if `location` is set; `afterwards` runs once it is sent."""

    status: int
    page: str = ""
    location: str = ""
    cookie: str = ""
    afterwards: Callable[[], None] | None = None


Answer: TypeAlias = "Callable[[Visit], Reply]"


NOT_FOUND = Reply(
    404,
    "<!doctype html><title>Not found · sso-credential-process</title><p>There is nothing here.\n",
)
_REFUSED = "<!doctype html><title>Refused · sso-credential-process</title><p>No browser sends such a request.\n"


class Listener:
    """An HTTP server on 127.0.0.1; `answer` is called for each request, in a thread of its own.

    Raises `OSError` when the port is taken; port 0 takes a free one.
    """

    def __init__(self, port: int, answer: Answer) -> None:
        # RFC 8252 §8.3: the address, not the name "localhost", so that nothing but loopback can listen.
        self._server = _Server(("127.0.0.1", port), answer)
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
    block_on_close = False

    def __init__(self, address: tuple[str, int], answer: Answer) -> None:
        self.answer = answer
        self._silent: deque[socket.socket] = deque()
        super().__init__(address, _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:  # noqa: ANN401  socketserver's signature
        """Serve a connection; if too many have sent nothing yet, close the oldest of them.

        Any user of the machine may open thousands, and each takes a file descriptor from the broker.
        """
        if len(self._silent) >= _MOST_SILENT:
            with contextlib.suppress(IndexError, OSError):
                self._silent.popleft().shutdown(socket.SHUT_RDWR)
        self._silent.append(request)
        super().process_request(request, client_address)

    def heard(self, request: Any) -> None:  # noqa: ANN401  the same
        """Record that a connection has sent a request, and is being answered."""
        with contextlib.suppress(ValueError):
            self._silent.remove(request)

    def shutdown_request(self, request: Any) -> None:  # noqa: ANN401  the same
        """Close a connection."""
        self.heard(request)
        super().shutdown_request(request)

    def server_bind(self) -> None:
        # Not that of HTTPServer, which asks the resolver for the name of this host.
        surroundings.bind(self.socket, self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_port = int(self.server_address[1])

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401  socketserver's signature
        """Print nothing: browsers open connections that they never use, and drop them."""


class _Head:
    """Reads the head of a request; raises `LineTooLong` if it is larger than a browser would send."""

    def __init__(self, file: io.BufferedIOBase) -> None:
        self._file = file
        self._bytes_left = _MOST_BYTES
        self._lines_left = _MOST_LINES

    def readline(self, limit: int) -> bytes:
        """Return the next line, or the beginning of one that is longer than `limit`."""
        line = self._file.readline(min(limit, self._bytes_left + 1))
        self._bytes_left -= len(line)
        self._lines_left -= 1
        if self._bytes_left < 0 or self._lines_left < 0:
            raise http.client.LineTooLong("request")
        return line

    def close(self) -> None:
        """Close the file."""
        self._file.close()


class _Handler(http.server.BaseHTTPRequestHandler):
    # Browsers connect in advance; each idle connection has a thread of its own, and ends after this time.
    timeout = _PATIENCE_SECONDS
    server_version = "sso-credential-process"
    sys_version = ""
    # Otherwise the library answers HTTP/0.9, and requests that it cannot parse, without any headers.
    default_request_version = request_version = "HTTP/1.0"
    requestline = command = ""

    def setup(self) -> None:
        super().setup()
        self.rfile = cast("Any", _Head(self.rfile))

    def handle_one_request(self) -> None:
        try:
            super().handle_one_request()
        except http.client.LineTooLong:
            self.send_error(http.HTTPStatus.REQUEST_URI_TOO_LONG)

    def do_GET(self) -> None:
        server = cast("_Server", self.server)
        server.heard(self.connection)
        # A name that resolves to 127.0.0.1 would make the listener part of another site (DNS rebinding).
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
        reply = server.answer(Visit(url.path, dict(query), self._cookies()))
        self._send(reply)
        if reply.afterwards is not None:
            reply.afterwards()

    def _cookies(self) -> tuple[str, ...]:
        headers = self.headers.get_all("Cookie", [])
        return tuple(pair.strip() for header in headers for pair in header.split(";"))

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer a request that the library refuses, with the headers of every response."""
        del message, explain  # they repeat the request
        self._send(Reply(code, _REFUSED))

    def _send(self, reply: Reply) -> None:
        content = reply.page.encode() if self.command != "HEAD" else b""
        self.send_response(reply.status)
        for name, value in _HEADERS.items():
            self.send_header(name, value)
        if reply.location:
            self.send_header("Location", reply.location)
        if reply.cookie:
            self.send_header("Set-Cookie", reply.cookie)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002, ANN401  the library's signature
        """Print nothing: the request line contains the authorization code."""
