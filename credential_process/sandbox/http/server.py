"""The HTTP server: one thread for each connection, keep-alive, on 127.0.0.1 only."""

from __future__ import annotations

import contextlib
import socket
import socketserver
import ssl
import sys
import threading
from typing import TYPE_CHECKING, Any

from .connection import Connection

if TYPE_CHECKING:
    from .connection import Application


class Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    """Listen on loopback and serve an application until it is stopped."""

    block_on_close = False  # `stop` closes the connections and waits for their threads
    allow_reuse_address = True
    request_queue_size = 1024  # hundreds of clients start in the same millisecond

    def __init__(self, application: Application, port: int = 0) -> None:
        self.application = application
        application.stopping.clear()
        self._connections: dict[socket.socket, threading.Thread] = {}
        self._connections_lock = threading.Lock()
        super().__init__(("127.0.0.1", port), Connection)
        self._accepting = threading.Thread(target=self._accept, daemon=True)

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
        if self._accepting.is_alive():
            # Not `shutdown`, whose loop looks every now and then whether it should end: this connection ends a wait.
            with socket.create_connection(("127.0.0.1", self.server_address[1])):
                self._accepting.join()
        self.server_close()
        with self._connections_lock:
            open_connections = dict(self._connections)
        for connection in open_connections:
            with contextlib.suppress(OSError):
                # Not TLS's own shutdown, so that a thread inside TLS just reads the end of the stream.
                socket.socket.shutdown(connection, socket.SHUT_RDWR)
        for thread in open_connections.values():
            thread.join(timeout=5)

    def _accept(self) -> None:
        while not self.application.stopping.is_set():
            self.handle_request()

    def verify_request(self, request: Any, client_address: Any) -> bool:  # noqa: ANN401, ARG002  the base's signature
        """Serve no connection once the server is to stop."""
        return not self.application.stopping.is_set()

    def process_request(self, request: Any, client_address: Any) -> None:  # noqa: ANN401
        """Serve one connection in a thread, and keep both listed until it ends."""
        thread = threading.Thread(
            target=self.process_request_thread, args=(request, client_address), daemon=True
        )
        with self._connections_lock:
            self._connections[request] = thread
        thread.start()

    def process_request_thread(self, request: Any, client_address: Any) -> None:  # noqa: ANN401
        """Serve one connection until it ends."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            with self._connections_lock:
                del self._connections[request]

    def serve_tunnel(
        self,
        connection: socket.socket,
        client_address: Any,  # noqa: ANN401
        host: str,
    ) -> None:
        """Serve the requests inside a tunnel until it ends, in the thread of its connection."""
        with self.application.tunnels.secured(connection, host) as secured:
            # The plain socket is detached from here on: `stop` has to shut this one down.
            with self._connections_lock:
                self._connections[secured] = threading.current_thread()
            try:
                if not self.application.stopping.is_set():
                    secured.do_handshake()
                    Connection(secured, client_address, self)
            finally:
                with self._connections_lock:
                    del self._connections[secured]

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401
        """Ignore clients that disconnected; print anything else, which is a defect."""
        if not isinstance(sys.exc_info()[1], (ConnectionError, ssl.SSLError)):
            super().handle_error(request, client_address)  # pragma: no cover - see above
