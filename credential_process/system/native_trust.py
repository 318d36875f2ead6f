"""What Windows and macOS trust: they verify certificates themselves, when `truststore` asks them to.

Python sees less: on macOS nothing of the keychains, and on Windows only those roots that were needed before, since the
system fetches the others from Microsoft when it meets them.
"""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import socket

    import truststore


def context() -> ssl.SSLContext:
    """Return a client's context that trusts what the system trusts."""
    return _NativeContext(ssl.PROTOCOL_TLS_CLIENT)


class _NativeContext(ssl.SSLContext):
    """Has the system verify each connection, in a context of its own.

    A context of truststore is without verification during each handshake: one that threads share allows one handshake
    at a time, and before truststore 0.10.5 could stay so. This one trusts nothing itself.
    https://github.com/sethmlarson/truststore/issues/209
    """

    def wrap_socket(  # type: ignore[override]  # noqa: PLR0917  a name is text here
        self,
        sock: socket.socket,
        server_side: bool = False,  # noqa: FBT001, FBT002
        do_handshake_on_connect: bool = True,  # noqa: FBT001, FBT002
        suppress_ragged_eofs: bool = True,  # noqa: FBT001, FBT002
        server_hostname: str | None = None,
        session: ssl.SSLSession | None = None,
    ) -> ssl.SSLSocket:
        """Return the connection, verified by the system; raises `ssl.SSLCertVerificationError`."""
        return self._alone().wrap_socket(
            sock,
            server_side,
            do_handshake_on_connect,
            suppress_ragged_eofs,
            server_hostname,
            session,
        )

    def wrap_bio(  # type: ignore[override]
        self,
        incoming: ssl.MemoryBIO,
        outgoing: ssl.MemoryBIO,
        server_side: bool = False,  # noqa: FBT001, FBT002
        server_hostname: str | None = None,
        session: ssl.SSLSession | None = None,
    ) -> ssl.SSLObject:
        """Return a connection that is verified in its handshake, for one within another to a proxy."""
        return self._alone().wrap_bio(incoming, outgoing, server_side, server_hostname, session)

    def _alone(self) -> truststore.SSLContext:
        import truststore  # not needed before the first connection

        made = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        made.minimum_version = self.minimum_version
        return made
