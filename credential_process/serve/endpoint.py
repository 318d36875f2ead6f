"""The HTTP server: who may ask for what, and how documents and errors are answered.

Every refusal is JSON with ``code`` and ``message``, which Go and Java show to their users; botocore shows all of it.
"""

from __future__ import annotations

import hmac
import http
import json
import socket
import threading
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote, unquote

from credential_process.errors import CredentialProcessError, Defect, SignInOpen, Unavailable
from credential_process.local_server import LocalRequestHandler, LocalServer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from credential_process.documents import Document
    from credential_process.serve.role_source import Answer, RoleSource

# What the SDKs accept over plain HTTP. Ruby, and Java before 2.21 and Go before 2023, accept the first two alone.
ADDRESSES = ("127.0.0.1", "::1", "169.254.170.2", "169.254.170.23", "fd00:ec2::23")
_LOOPBACK_NAMES = ("localhost", "127.0.0.1", "[::1]")
_MOST_CONNECTIONS = 500  # a process may usually open 1,024 files


class Endpoint:
    """Serves roles by path at one of `ADDRESSES` to every program that shows `token`.

    `on_idle` is called twice a second. Raises `OSError` when it cannot listen; port 0 takes a free one.
    """

    def __init__(
        self,
        address: tuple[str, int],
        roles: Mapping[str, RoleSource],
        *,
        token: str,
        on_idle: Callable[[], None] = lambda: None,
    ) -> None:
        self._server = _Server(address, roles, token, on_idle)
        self.url = f"http://{_in_url(address[0])}:{self._server.server_port}"

    def start(self) -> None:
        """Serve in threads of this process."""
        threading.Thread(target=self._server.serve_forever, daemon=True, name="endpoint").start()

    def stop(self) -> None:
        """Stop listening."""
        self._server.shutdown()

    def close(self) -> None:
        """Release the port."""
        self._server.server_close()


class _Server(LocalServer):
    most_silent = 200  # a hundred programs in containers may start at once

    def __init__(
        self,
        address: tuple[str, int],
        roles: Mapping[str, RoleSource],
        token: str,
        on_idle: Callable[[], None],
    ) -> None:
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        self.roles = roles
        self.token = token.encode()
        self.hosts = {*_LOOPBACK_NAMES, _in_url(address[0])}
        self._on_idle = on_idle
        self._room = threading.Semaphore(_MOST_CONNECTIONS)
        super().__init__(address, _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:  # noqa: ANN401  socketserver's signature
        if not self._room.acquire(blocking=False):
            super().shutdown_request(request)  # SDKs try again
            return
        try:
            super().process_request(request, client_address)
        except BaseException:
            self._room.release()  # no thread was started, which would do it
            raise

    def process_request_thread(self, request: Any, client_address: Any) -> None:  # noqa: ANN401  the same
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._room.release()

    def service_actions(self) -> None:
        self._on_idle()


class _Handler(LocalRequestHandler):
    def do_GET(self) -> None:  # noqa: N802  the name that the library looks for
        server = cast("_Server", self.server)
        server.heard(self.connection)
        try:
            self._answer(server)
        except OSError:
            raise  # the client has gone
        except Exception as error:  # noqa: BLE001  a client gets one line, and the terminal no traceback
            self._refuse(500, "Defect", f"defect: {type(error).__name__}")

    def _answer(self, server: _Server) -> None:
        # A name that resolves to this address would make the endpoint part of another site (DNS rebinding). The port
        # is not compared: a container or ssh may forward another one.
        if not self._is_for(server.hosts):
            self._refuse(403, "WrongHost", "this endpoint is not served under this name")
        elif not self._shows(server.token):
            self._refuse(403, "WrongToken", "the token is missing, or not that of this endpoint")
        elif (source := server.roles.get(_decoded(self.path))) is None:
            served = " ".join(quote(path) for path in server.roles)
            self._refuse(404, "NotServed", f"this path is not served; these are: {served}")
        else:
            self._send_answer(source.answer())

    def _is_for(self, hosts: set[str]) -> bool:
        given = self.headers.get_all("Host", [])
        return len(given) == 1 and _without_port(given[0].lower()) in hosts

    def _shows(self, token: bytes) -> bool:
        given = self.headers.get_all("Authorization", [])
        return len(given) == 1 and hmac.compare_digest(given[0].encode(errors="replace"), token)

    def _send_answer(self, answer: Answer) -> None:
        if isinstance(answer, CredentialProcessError):
            self._refuse(_status(answer), _kind(answer), str(answer))
        else:
            self._send(200, _credentials(answer))

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer a request that the library refuses."""
        del message, explain  # they repeat the request
        if code == http.HTTPStatus.NOT_IMPLEMENTED:
            code = http.HTTPStatus.METHOD_NOT_ALLOWED
        self._refuse(code, "BadRequest", "only GET requests of SDKs are answered")

    def _refuse(self, status: int, code: str, message: str) -> None:
        self._send(status, {"code": code, "message": message})

    def _send(self, status: int, body: dict[str, str]) -> None:
        content = json.dumps(body).encode() if self.command != "HEAD" else b""
        self.send_response(status)
        if status == http.HTTPStatus.METHOD_NOT_ALLOWED:
            self.send_header("Allow", "GET")
        # Go decodes errors of exactly this type.
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(content)


def _credentials(document: Document) -> dict[str, str]:
    """Return the answer of a container's endpoint; like `get`, without the account, which would change endpoints."""
    keys = json.loads(document.line)
    return {
        "AccessKeyId": keys["AccessKeyId"],
        "SecretAccessKey": keys["SecretAccessKey"],
        "Token": keys["SessionToken"],
        "Expiration": keys["Expiration"],
    }


def _status(error: CredentialProcessError) -> int:
    """Return 503 where a retry may help: Go, Java and Rust retry after it, and never after a 403."""
    if isinstance(error, Defect):
        return 500
    return 503 if isinstance(error, SignInOpen | Unavailable) else 403


def _kind(error: CredentialProcessError) -> str:
    return type(error).__name__


def _in_url(address: str) -> str:
    return f"[{address}]" if ":" in address else address


def _decoded(path: str) -> str:
    return unquote(path.partition("?")[0])


def _without_port(host: str) -> str:
    name, colon, port = host.rpartition(":")
    return name if colon and port.isdigit() else host
