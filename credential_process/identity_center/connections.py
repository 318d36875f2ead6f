"""Connections to one address: kept open, through the proxy of the environment, with its certificates."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from credential_process import __version__
from credential_process.errors import Unavailable
from credential_process.identity_center import unreachable
from credential_process.identity_center.refusals import malformed
from credential_process.identity_center.response import LONGEST_BODY

if TYPE_CHECKING:
    from collections.abc import Mapping
    from urllib.parse import SplitResult

    from credential_process.identity_center.direct import DirectConnections
    from credential_process.identity_center.environment import ServiceEnvironment
    from credential_process.identity_center.proxied import ProxiedConnections
    from credential_process.identity_center.response import Response

    Way = DirectConnections | ProxiedConnections

CONNECT_TIMEOUT_SECONDS = 3
READ_TIMEOUT_SECONDS = 10
# Servers close idle connections after 20 seconds or more, and a router may forget them without a word.
_IDLE_SECONDS = 15

_AGENT = f"sso-credential-process/{__version__}"


class Connections:
    """Connections to one http or https URL, for all threads."""

    def __init__(self, url: str, environment: ServiceEnvironment) -> None:
        """Read the certificates; raises `Unavailable` if they, the proxy or the URL are unusable."""
        self._url = url
        self._environment = environment
        self._used_at = (0.0, 0.0)
        self._way: Way | None = _way(url, environment)

    def send(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes | None = None
    ) -> Response:
        """Send a request once, and follow no redirect; raises `Unavailable`."""
        way = self._fresh()
        try:
            response = way.send(method, target, {"User-Agent": _AGENT, **headers}, body)
        except Exception as error:  # noqa: BLE001  a damaged answer can raise anything
            failure = self._unreachable(way, error)
        else:
            if len(response.body) <= LONGEST_BODY:
                return response
            failure = malformed("too long")
        # Outside of `except`: the library's exceptions refer to requests, which contain tokens.
        raise failure

    def _fresh(self) -> Way:
        """Return the connections, without those that were unused for a while.

        A token can be exchanged only once, so no try is to waste.
        """
        way = self._way = self._way or _way(self._url, self._environment)
        now = time.monotonic(), time.time()  # the first stops while some systems sleep
        idle_seconds = max(now - before for now, before in zip(now, self._used_at, strict=True))
        self._used_at = now
        if idle_seconds > _IDLE_SECONDS:
            way.clear()
        return way

    def _unreachable(self, way: Way, error: Exception) -> Unavailable:
        if isinstance(error, unreachable.TlsError):
            from credential_process.identity_center import certificates

            self._way = None  # the user may correct the certificates now: they are read again
            return self._unavailable(
                *certificates.refusal(error.of_ssl, self._environment.ca_bundle)
            )
        for kind, reason in way.reasons:
            if isinstance(error, kind):
                is_ended = reason is unreachable.NOT_CONNECTED and self._is_here()
                return self._unavailable(*(unreachable.NOTHING_HERE if is_ended else reason))
        return malformed(type(error).__name__)

    def _is_here(self) -> bool:
        return urlsplit(self._url).hostname in {"127.0.0.1", "localhost", "::1"}

    def _unavailable(self, reason: str, hint: str) -> Unavailable:
        return Unavailable(f"{self._url} cannot be reached ({reason})", hint=hint)


def _way(url: str, environment: ServiceEnvironment) -> Way:
    address = _address(url)
    proxy = environment.proxy(url)
    context = None
    if address.scheme == "https" or proxy.startswith("https:"):
        from credential_process.identity_center import certificates

        context = certificates.context(environment.ca_bundle)
    seconds = environment.timeout_seconds
    connect_seconds = seconds or CONNECT_TIMEOUT_SECONDS
    read_seconds = seconds or READ_TIMEOUT_SECONDS
    if not proxy:
        from credential_process.identity_center.direct import DirectConnections

        return DirectConnections(
            address, connect_seconds=connect_seconds, read_seconds=read_seconds, context=context
        )
    from credential_process.identity_center.proxied import ProxiedConnections

    try:
        return ProxiedConnections(
            url, proxy, connect_seconds=connect_seconds, read_seconds=read_seconds, context=context
        )
    except ValueError:
        raise Unavailable(
            "the proxy is not a URL of http or https", hint=unreachable.PROXY.hint
        ) from None


def _address(url: str) -> SplitResult:
    try:
        address = urlsplit(url)
        if address.port != 0 and address.scheme in {"http", "https"} and address.hostname:
            return address
    except ValueError:  # of the port, or of an IPv6 address
        pass
    raise Unavailable(
        f"the endpoint {url} is not a URL", hint="check the AWS_ENDPOINT_URL_* variables"
    )
