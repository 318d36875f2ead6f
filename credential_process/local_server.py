"""An HTTP server on an address of this computer, on top of the standard library's.

Any program and any user of the computer can send requests, many at once, and none of them may keep it busy.
"""

from __future__ import annotations

import contextlib
import http
import http.client
import http.server
import socket
import socketserver
from collections import deque
from typing import TYPE_CHECKING, Any, cast

from credential_process.system import surroundings

if TYPE_CHECKING:
    import io

_PATIENCE_SECONDS = 5
# A browser sends a dozen headers; one of them holds the cookies of all programs that serve pages on 127.0.0.1, since
# cookies ignore ports.
_MOST_BYTES = 32 * 1024
_MOST_LINES = 64


class LocalServer(socketserver.ThreadingMixIn, http.server.HTTPServer):
    """Serves each connection in a thread of its own; at most `most_silent` of them have sent no request yet.

    Raises `OSError` when the port is taken; port 0 takes a free one.
    """

    daemon_threads = True
    request_queue_size = 128
    block_on_close = False
    most_silent = 50

    def __init__(self, address: tuple[str, int], handler: type[LocalRequestHandler]) -> None:
        self._silent: deque[socket.socket] = deque()
        super().__init__(address, handler)

    def process_request(self, request: Any, client_address: Any) -> None:  # noqa: ANN401  socketserver's signature
        """Serve a connection; if too many have sent nothing yet, close the oldest of them.

        Any user of the machine may open thousands, and each takes a file descriptor.
        """
        if len(self._silent) >= self.most_silent:
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
        """Bind without asking the resolver for the name of this host, as HTTPServer does."""
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


class LocalRequestHandler(http.server.BaseHTTPRequestHandler):
    """Reads one request; a kind of it has `do_GET` and `send_error`, which does not repeat the request."""

    # Browsers connect in advance; each idle connection has a thread of its own, and ends after this time.
    timeout = _PATIENCE_SECONDS
    server_version = "sso-credential-process"
    sys_version = ""
    # Otherwise the library answers HTTP/0.9, and requests that it cannot parse, without any headers.
    default_request_version = request_version = "HTTP/1.0"
    requestline = command = ""

    def setup(self) -> None:
        """Limit the head of the request."""
        super().setup()
        self.rfile = cast("Any", _Head(self.rfile))

    def handle_one_request(self) -> None:
        """Serve the request."""
        try:
            super().handle_one_request()
        except http.client.LineTooLong:
            self.send_error(http.HTTPStatus.REQUEST_URI_TOO_LONG)

    def parse_request(self) -> bool:
        """Read the head of the request; false if it is refused, as HTTP/0.9 is, which has no `Host`.

        Since https://github.com/python/cpython/issues/70765 its headers are not read, and are a plain `dict`.
        """
        is_parsed = super().parse_request()
        if is_parsed and len(self.requestline.split()) == 2:
            self.send_error(http.HTTPStatus.BAD_REQUEST)
            return False
        return is_parsed

    def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002, ANN401  the library's signature
        """Print nothing: a request line may contain an authorization code."""
