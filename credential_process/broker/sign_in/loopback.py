"""The listener that the browser returns to (RFC 8252 §7.3).

It checks every request: any page in the browser and any user of the machine can send one.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, cast
from urllib.parse import parse_qsl, urlsplit

from credential_process.broker.sign_in import pages
from credential_process.local_server import LocalRequestHandler, LocalServer

if TYPE_CHECKING:
    from collections.abc import Callable

_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": pages.CONTENT_SECURITY_POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


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


class _Server(LocalServer):
    def __init__(self, address: tuple[str, int], answer: Answer) -> None:
        self.answer = answer
        super().__init__(address, _Handler)


class _Handler(LocalRequestHandler):
    def do_GET(self) -> None:  # noqa: N802  the name that the library looks for
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
