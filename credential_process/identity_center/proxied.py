"""Connections to one address through a proxy, over urllib3, which can speak TLS inside of TLS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import urllib3
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    NewConnectionError,
    ProtocolError,
    ProxyError,
    ReadTimeoutError,
    SSLError,
)
from urllib3.util import make_headers

from credential_process.identity_center import unreachable
from credential_process.identity_center.response import LONGEST_BODY, Response

if TYPE_CHECKING:
    import ssl
    from collections.abc import Mapping

_MOST_CONNECTIONS = 50


class ProxiedConnections:
    """Connections to one http or https URL through a proxy, for all threads; they are kept open."""

    # The first that fits: the later ones are their base classes, or depend on the version of urllib3.
    reasons = (
        (ProxyError, unreachable.PROXY),
        (NewConnectionError, unreachable.NOT_CONNECTED),
        (ConnectTimeoutError, unreachable.NOT_CONNECTED_IN_TIME),
        (ReadTimeoutError, unreachable.NO_ANSWER_IN_TIME),
        (ProtocolError, unreachable.CLOSED),
    )

    def __init__(
        self,
        url: str,
        proxy: str,
        *,
        connect_seconds: float,
        read_seconds: float,
        context: ssl.SSLContext | None,
    ) -> None:
        """Read the URL of the proxy; raises `ValueError`, without it, since it may contain a password."""
        self._url = url
        timeout = urllib3.Timeout(connect=connect_seconds, read=read_seconds)
        try:
            self._pool = _pool(proxy, timeout, context)
        except (HTTPError, ValueError):
            pass
        else:
            return
        raise ValueError

    def send(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes | None
    ) -> Response:
        """Send a request once; raises one of the `reasons`, `TlsError`, or anything else for a damaged answer."""
        try:
            return self._send(method, target, headers, body)
        except SSLError as error:
            raise unreachable.TlsError(error.args[0] if error.args else None) from None

    def _send(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes | None
    ) -> Response:
        response = self._pool.urlopen(
            method,
            self._url + target,
            headers=headers,
            body=body,
            redirect=False,
            retries=False,
            preload_content=False,
            decode_content=False,
        )
        content = response.read(LONGEST_BODY + 1)
        if len(content) <= LONGEST_BODY:
            response.release_conn()
        else:
            response.close()
        return Response(response.status, response.headers, content)

    def clear(self) -> None:
        """Close the connections that are not in use."""
        self._pool.clear()


def _pool(
    proxy: str, timeout: urllib3.Timeout, context: ssl.SSLContext | None
) -> urllib3.ProxyManager:
    parts = urlsplit(proxy)
    user, password = parts.username, parts.password
    credentials = f"{unquote(user)}:{unquote(password)}" if user and password else None
    # The urllib3 of an old AWS CLI does not know it.
    tls: dict[str, Any] = {"proxy_ssl_context": context} if parts.scheme == "https" else {}
    return urllib3.ProxyManager(
        proxy,
        proxy_headers=make_headers(proxy_basic_auth=credentials),
        **tls,
        maxsize=_MOST_CONNECTIONS,
        timeout=timeout,
        ssl_context=context,
    )
