"""Connections to one address: kept open, through the proxy of the environment, with its certificates."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any, NamedTuple
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

from credential_process import __version__
from credential_process.errors import Unavailable
from credential_process.identity_center import certificates
from credential_process.identity_center.refusals import malformed

if TYPE_CHECKING:
    import ssl
    from collections.abc import Mapping

    from credential_process.identity_center.environment import ServiceEnvironment

CONNECT_TIMEOUT_SECONDS = 3
READ_TIMEOUT_SECONDS = 10
MOST_CONNECTIONS = 50
# Servers close idle connections after 20 seconds or more, and a router may forget them without a word.
_IDLE_SECONDS = 15
# A page of a hundred accounts has 20 KiB.
_LONGEST_BODY = 1024 * 1024

_AGENT = f"sso-credential-process/{__version__}"
_PROXY_HINT = "check the proxy, in HTTPS_PROXY"
_HINT = "check the network, the proxy and the region, and run it again"
# The first that fits: the later ones are their base classes, or depend on the version of urllib3.
_REASONS: tuple[tuple[type[Exception], str, str], ...] = (
    (ProxyError, "the proxy does not answer, or refuses", _PROXY_HINT),
    (NewConnectionError, "no connection", _HINT),
    (ConnectTimeoutError, "no connection in time", _HINT),
    (ReadTimeoutError, "no answer in time", _HINT),
    (ProtocolError, "the connection was closed", _HINT),
)


class Response(NamedTuple):
    """An answer over HTTP; the names of `headers` are case-insensitive."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def __repr__(self) -> str:
        return f"Response({self.status})"  # without the secrets

    def json_object(self) -> dict[str, Any] | None:
        """Return the JSON object that the body is; None if it is anything else."""
        try:
            value = json.loads(self.body)
        except (ValueError, RecursionError):
            return None
        return value if isinstance(value, dict) else None


class Connections:
    """Up to fifty connections to one http or https URL, for all threads."""

    def __init__(self, url: str, environment: ServiceEnvironment) -> None:
        """Read the certificates; raises `Unavailable` if they, the proxy or the URL are unusable."""
        self._url = url
        self._environment = environment
        self._used_at = (0.0, 0.0)
        self._pool: urllib3.PoolManager | None = self._made()

    def _made(self) -> urllib3.PoolManager:
        address = urlsplit(self._url)
        if address.scheme not in {"http", "https"} or not address.hostname:
            raise Unavailable(
                f"the endpoint {self._url} is not a URL",
                hint="check the AWS_ENDPOINT_URL_* variables",
            )
        seconds = self._environment.timeout_seconds
        timeout = urllib3.Timeout(
            connect=seconds or CONNECT_TIMEOUT_SECONDS, read=seconds or READ_TIMEOUT_SECONDS
        )
        proxy = self._environment.proxy(self._url)
        is_tls = address.scheme == "https" or proxy.startswith("https:")
        context = certificates.context(self._environment.ca_bundle) if is_tls else None
        if proxy:
            return _through(proxy, timeout, context)
        return urllib3.PoolManager(maxsize=MOST_CONNECTIONS, timeout=timeout, ssl_context=context)

    def send(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes | None = None
    ) -> Response:
        """Send a request once, and follow no redirect; raises `Unavailable`."""
        pool = self._fresh()
        try:
            response = pool.urlopen(
                method,
                self._url + target,
                headers={"User-Agent": _AGENT, **headers},
                body=body,
                redirect=False,
                retries=False,
                preload_content=False,
                decode_content=False,
            )
            content = response.read(_LONGEST_BODY + 1)
        except Exception as error:  # noqa: BLE001  a damaged answer can raise anything
            failure = self._unreachable(error)
        else:
            if len(content) <= _LONGEST_BODY:
                response.release_conn()
                return Response(response.status, response.headers, content)
            response.close()
            failure = malformed("too long")
        # Outside of `except`: the library's exceptions refer to requests, which contain tokens.
        raise failure

    def _fresh(self) -> urllib3.PoolManager:
        """Return the connections, without those that were unused for a while.

        A token can be exchanged only once, so no try is to waste.
        """
        pool = self._pool = self._pool or self._made()
        now = time.monotonic(), time.time()  # the first stands still while some systems sleep
        idle_seconds = max(now - before for now, before in zip(now, self._used_at, strict=True))
        self._used_at = now
        if idle_seconds > _IDLE_SECONDS:
            pool.clear()
        return pool

    def _unreachable(self, error: Exception) -> Unavailable:
        if isinstance(error, SSLError):
            self._pool = None  # the user may correct the certificates now: they are read again
            reason, hint = certificates.refusal(
                error.args[0] if error.args else None, self._environment.ca_bundle
            )
            return Unavailable(f"{self._url} cannot be reached ({reason})", hint=hint)
        for kind, reason, hint in _REASONS:
            if isinstance(error, kind):
                return Unavailable(f"{self._url} cannot be reached ({reason})", hint=hint)
        return malformed(type(error).__name__)


def _through(
    proxy: str, timeout: urllib3.Timeout, context: ssl.SSLContext | None
) -> urllib3.PoolManager:
    """Return connections through a proxy; raises `Unavailable`, without the URL, which may contain a password."""
    try:
        parts = urlsplit(proxy)
        user, password = parts.username, parts.password
        credentials = f"{unquote(user)}:{unquote(password)}" if user and password else None
        # The urllib3 of an old AWS CLI does not know it.
        tls: dict[str, Any] = {"proxy_ssl_context": context} if parts.scheme == "https" else {}
        return urllib3.ProxyManager(
            proxy,
            proxy_headers=make_headers(proxy_basic_auth=credentials),
            **tls,
            maxsize=MOST_CONNECTIONS,
            timeout=timeout,
            ssl_context=context,
        )
    except (HTTPError, ValueError):
        failure = Unavailable("the proxy is not a URL of http or https", hint=_PROXY_HINT)
    raise failure
