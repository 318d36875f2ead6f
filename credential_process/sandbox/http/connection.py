"""One connection: reads requests, and writes each response in one piece unless a fault prevents it."""

from __future__ import annotations

import os
import select
import socket
import struct
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Protocol

from .exchange import Request, Response

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterable

    from .tunnels import Tunnels


class Application(Protocol):
    """Answers the requests of all connections; ``stopping`` is set when the server stops."""

    stopping: threading.Event
    tunnels: Tunnels

    def answer(self, request: Request) -> Response:
        """Answer one request."""

    def now(self) -> float:
        """Return the time for the ``Date`` header."""

    def request_id(self) -> str:
        """Return a new value for ``x-amzn-RequestId``."""


class Listener(Protocol):
    """The server that accepted a connection."""

    application: Application

    def serve_tunnel(self, connection: socket.socket, client_address: object, host: str) -> None:
        """Serve the requests inside a tunnel until it ends."""


class Connection(BaseHTTPRequestHandler):
    """Read requests from one connection, and write each response in one piece."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Listener  # type: ignore[assignment]  # a Server; that module imports this one

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

    def do_CONNECT(self) -> None:
        """Open a tunnel to the requested host, if the sandbox serves it."""
        self.close_connection = True
        host = self.server.application.tunnels.ask(self.path)
        if host is None:
            self._write(Response(403))
            return
        self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        self.server.serve_tunnel(self.connection, self.client_address, host)

    def __getattr__(self, name: str) -> Callable[[], None]:
        """Serve every method: the base class looks for ``do_GET``, ``do_POST``, …."""
        if name.startswith("do_"):
            return self._serve
        raise AttributeError(name)  # pragma: no cover - only a defect leads here

    def log_message(self, *_arguments: object) -> None:
        """Print nothing: the request log records every request."""

    def _read_body(self) -> bytes | None:
        if self.headers.get("Transfer-Encoding"):
            return None
        length = self.headers.get("Content-Length", "0")
        if not length.isdecimal():
            return None
        body = self.rfile.read(int(length))
        if len(body) < int(length):
            raise ConnectionResetError("the client disconnected in the middle of its request")
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
        phrase = self.responses.get(response.status, ("",))[0]
        lines = [f"HTTP/1.1 {response.status} {phrase}"]
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
        """Wait until the client disconnects or the server stops."""
        while not self.server.application.stopping.wait(0.05):
            if select.select([self.connection], [], [], 0)[0]:
                return


def reset(connection: socket.socket) -> None:
    """Reset a connection, as a crashed peer does."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    # Closing the descriptor resets the connection; a shutdown before it would end it in order.
    os.close(connection.detach())


def _lower_case(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    joined: dict[str, str] = {}
    for name, value in headers:
        key = name.lower()
        joined[key] = f"{joined[key]},{value}" if key in joined else value
    return joined
