"""The HTTP server: one thread a connection, kept alive, on 127.0.0.1 only."""

from __future__ import annotations

import contextlib
import os
import select
import socket
import socketserver
import struct
import sys
import threading
from email.utils import formatdate
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any, Protocol

from .exchange import Request, Response

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


class Application(Protocol):
    """What a server asks for an answer; ``stopping`` tells it that there will be no more."""

    stopping: threading.Event

    def answer(self, request: Request) -> Response:
        """Answer one request."""

    def now(self) -> float:
        """Return the time for the ``Date`` header."""

    def request_id(self) -> str:
        """Return a new value for ``x-amzn-RequestId``."""


class Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    """Listen on loopback and serve an application until it is stopped."""

    block_on_close = False  # the connections are shut below, and their threads waited for
    allow_reuse_address = True
    request_queue_size = 1024  # hundreds of clients start in the same millisecond

    def __init__(self, application: Application, port: int = 0) -> None:
        self.application = application
        application.stopping.clear()
        self._connections: dict[socket.socket, threading.Thread] = {}
        self._connections_lock = threading.Lock()
        super().__init__(("127.0.0.1", port), _Connection)
        self._accepting = threading.Thread(
            target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )

    @property
    def url(self) -> str:
        """Return the address it listens on."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def start(self) -> None:
        """Serve in threads of this process."""
        self._accepting.start()

    def stop(self) -> None:
        """Stop listening, close every connection, and wait for the threads."""
        self.application.stopping.set()
        self.shutdown()
        self._accepting.join()
        self.server_close()
        with self._connections_lock:
            open_connections = dict(self._connections)
        for connection, thread in open_connections.items():
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            thread.join(timeout=5)

    def process_request(self, request: Any, client_address: Any) -> None:  # noqa: ANN401
        """Serve one connection in a thread, and know both while they last."""
        thread = threading.Thread(
            target=self.process_request_thread, args=(request, client_address), daemon=True
        )
        with self._connections_lock:
            self._connections[request] = thread
        thread.start()

    def process_request_thread(self, request: Any, client_address: Any) -> None:  # noqa: ANN401
        """Serve one connection to its end."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            with self._connections_lock:
                del self._connections[request]

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401
        """Say nothing of a client that went away; anything else is a mistake of ours."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)  # pragma: no cover - see above


class _Connection(BaseHTTPRequestHandler):
    """Read requests off one connection, and write each response in one piece."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Server

    def _serve(self) -> None:
        body = self._read_body()
        if body is None:
            self.close_connection = True
            self._write(Response(411))
            return
        request = Request(
            method=self.command,
            target=self.path,
            headers=_lower_case(self.headers.items()),
            body=body,
            client=f"{self.client_address[0]}:{self.client_address[1]}",
        )
        self._write(self.server.application.answer(request))

    def __getattr__(self, name: str) -> Callable[[], None]:
        """Serve every method alike: the base class looks for ``do_GET``, ``do_POST``, …."""
        if name.startswith("do_"):
            return self._serve
        raise AttributeError(name)  # pragma: no cover - only a mistake of ours comes here

    def log_message(self, *_arguments: object) -> None:
        """Keep the terminal clean: the request log has it all."""

    def _read_body(self) -> bytes | None:
        if self.headers.get("Transfer-Encoding"):
            return None
        length = self.headers.get("Content-Length", "0")
        if not length.isdecimal():
            return None
        body = self.rfile.read(int(length))
        if len(body) < int(length):
            raise ConnectionResetError("the client went away in the middle of its request")
        return body

    def _write(self, response: Response) -> None:
        if response.delivery == "hang":
            self._wait_for_the_end()
        if response.delivery != "whole":
            self.close_connection = True
        if response.delivery in ("hang", "drop"):
            return
        if response.delivery != "reset":
            self.wfile.write(self._head(response) + self._sent_body(response))
        if response.delivery.startswith("reset"):
            reset(self.connection)

    def _head(self, response: Response) -> bytes:
        application = self.server.application
        headers = {
            "Date": formatdate(application.now(), usegmt=True),
            "Content-Length": str(len(response.body)),
            "x-amzn-RequestId": application.request_id(),
        }
        if self.close_connection:
            headers["Connection"] = "close"
        given = {name.lower() for name, _ in response.headers}
        lines = [f"HTTP/1.1 {response.status} {HTTPStatus(response.status).phrase}"]
        lines += [
            f"{name}: {value}" for name, value in headers.items() if name.lower() not in given
        ]
        lines += [f"{name}: {value}" for name, value in response.headers]
        return "\r\n".join([*lines, "", ""]).encode("latin-1", "replace")

    def _sent_body(self, response: Response) -> bytes:
        if self.command == "HEAD" or response.delivery == "reset_after_headers":
            return b""
        is_cut = response.delivery == "truncate"
        return response.body[: len(response.body) // 2] if is_cut else response.body

    def _wait_for_the_end(self) -> None:
        """Wait until the client goes away or the server stops."""
        while not self.server.application.stopping.wait(0.05):
            if select.select([self.connection], [], [], 0)[0]:
                return


def reset(connection: socket.socket) -> None:
    """End a connection with a reset, as a crashed peer does."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    # Only the close of the descriptor itself resets; a shutdown before it would end it in order.
    os.close(connection.detach())


def _lower_case(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    joined: dict[str, str] = {}
    for name, value in headers:
        key = name.lower()
        joined[key] = f"{joined[key]},{value}" if key in joined else value
    return joined
