"""Connections to one address without a proxy, over http.client: urllib3 takes longer to import than a whole broker."""

from __future__ import annotations

import contextlib
import http.client
import selectors
import ssl
from typing import TYPE_CHECKING

from credential_process.identity_center import unreachable
from credential_process.identity_center.response import LONGEST_BODY, Response

if TYPE_CHECKING:
    import socket
    from collections.abc import Mapping
    from urllib.parse import SplitResult


class NotConnectedError(Exception):
    """The connection could not be made."""


class NotConnectedInTimeError(Exception):
    """Nothing answers at the address."""


class DirectConnections:
    """Connections to one http or https address, for all threads; each is kept open for the next request."""

    # The first that fits: the later ones are their base classes.
    reasons = (
        (NotConnectedError, unreachable.NOT_CONNECTED),
        (NotConnectedInTimeError, unreachable.NOT_CONNECTED_IN_TIME),
        (TimeoutError, unreachable.NO_ANSWER_IN_TIME),
        (OSError, unreachable.CLOSED),
        (http.client.HTTPException, unreachable.CLOSED),
    )

    def __init__(
        self,
        address: SplitResult,
        *,
        connect_seconds: float,
        read_seconds: float,
        context: ssl.SSLContext | None,
    ) -> None:
        self._idle: list[http.client.HTTPConnection] = []
        self._host = address.hostname or ""
        self._port = address.port or (443 if context else 80)
        self._path = address.path + (f"?{address.query}" if address.query else "")
        self._connect_seconds = connect_seconds
        self._read_seconds = read_seconds
        self._context = context

    def send(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes | None
    ) -> Response:
        """Send a request once; raises one of the `reasons`, `TlsError`, or anything else for a damaged answer."""
        try:
            return self._send(method, target, headers, body)
        except ssl.SSLError as error:
            raise unreachable.TlsError(error) from None

    def _send(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes | None
    ) -> Response:
        connection = self._idle_connection() or self._connect()
        with contextlib.ExitStack() as failed:
            failed.callback(connection.close)
            connection.request(method, self._path + target or "/", body, headers)
            response = connection.getresponse()
            content = response.read(LONGEST_BODY + 1)
            if len(content) <= LONGEST_BODY:
                if response.length:  # with a limit, http.client returns what there is
                    raise http.client.IncompleteRead(b"", response.length)
                if connection.sock is not None:  # the server keeps it open, too
                    failed.pop_all()
                    self._idle.append(connection)
        return Response(response.status, response.headers, content)

    def clear(self) -> None:
        """Close the connections that are not in use."""
        idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def __del__(self) -> None:
        """Close them in a program that uses this as a library, and has warnings of open connections shown."""
        self.clear()

    def _idle_connection(self) -> http.client.HTTPConnection | None:
        with contextlib.suppress(IndexError):
            while True:
                connection = self._idle.pop()
                if not _is_dropped(connection.sock):
                    return connection
                connection.close()
        return None

    def _connect(self) -> http.client.HTTPConnection:
        connection = (
            http.client.HTTPConnection(self._host, self._port, timeout=self._connect_seconds)
            if self._context is None
            else http.client.HTTPSConnection(
                self._host, self._port, timeout=self._connect_seconds, context=self._context
            )
        )
        try:
            connection.connect()
        except OSError as error:
            connection.close()
            if isinstance(error, ssl.SSLError):
                raise
            raise (
                NotConnectedInTimeError if isinstance(error, TimeoutError) else NotConnectedError
            ) from error
        connection.sock.settimeout(self._read_seconds)
        return connection


def _is_dropped(connected: socket.socket) -> bool:
    """Return whether a server has closed an idle connection, or has sent something that was not asked for."""
    with selectors.DefaultSelector() as selector:
        selector.register(connected, selectors.EVENT_READ)
        return bool(selector.select(0))
