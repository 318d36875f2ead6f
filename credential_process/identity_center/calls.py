"""Requests to the services: clients, retries and failures."""

from __future__ import annotations

import math
import os
import threading
import time
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

import botocore.exceptions
import botocore.session
from botocore import UNSIGNED

from credential_process.errors import (
    CredentialProcessError,
    Throttled,
    Unauthorized,
    Unavailable,
    printable,
)
from credential_process.identity_center import older_models
from credential_process.identity_center.limiter import pause_seconds
from credential_process.identity_center.refusals import from_service, malformed

if TYPE_CHECKING:
    from collections.abc import Callable

    from credential_process.identity_center.environment import ServiceEnvironment
    from credential_process.identity_center.limiter import Limiter

CONNECT_TIMEOUT_SECONDS = 3
READ_TIMEOUT_SECONDS = 10
MOST_CONNECTIONS = 50
_MOST_TRIES_WHILE_THROTTLED = 8
# For one call, all tries together: a caller gives up after 50 and must get the error before that.
_LONGEST_SECONDS = 30

_CURES: dict[type[Exception], str] = {
    botocore.exceptions.SSLError: "set AWS_CA_BUNDLE to the certificates of the intercepting proxy, in PEM format",
    botocore.exceptions.ProxyConnectionError: "check the proxy, in HTTPS_PROXY",
}


class Calls:
    """Unsigned calls to ``sso`` and ``sso-oidc`` in one region; threads share its clients and connections."""

    def __init__(self, region: str, environment: ServiceEnvironment, limiter: Limiter) -> None:
        self._region = region
        self._environment = environment
        self._limiter = limiter
        self._clients: dict[str, Any] = {}
        self._making = threading.Lock()

    def call(
        self,
        service: str,
        operation: str,
        tries: int,
        deadline: float = math.inf,
        /,
        **parameters: str | int | list[str],
    ) -> dict[str, Any]:
        """Call an operation, at most `tries` times if it cannot be reached, more often if it throttles.

        No try begins after the `deadline` (monotonic). Raises `Unauthorized`, `InvalidGrant`, `InvalidClient`,
        `Refused` or `Unavailable`.
        """
        left_seconds = min(deadline - time.monotonic(), _LONGEST_SECONDS)
        if left_seconds < 0:
            raise Unavailable(
                "AWS throttles requests, or answers slowly", hint="run it again in a minute"
            )
        request: Callable[..., dict[str, Any]] = getattr(self._client(service), operation)
        failure: CredentialProcessError = Throttled(
            "AWS throttles requests", hint="run it again in a minute"
        )
        tried = 0
        # Without the time that it took to load the models: a busy machine does not make AWS slow.
        ends = time.monotonic() + left_seconds
        while True:
            # One try is for an exchange of tokens, under a lock: it does not wait behind other requests.
            if tries > 1 and not self._limiter.wait(ends):
                raise failure
            tried += 1
            try:
                return request(**parameters)
            except botocore.exceptions.ClientError as error:
                failure = from_service(error, service)
            except Exception as error:  # noqa: BLE001  a damaged reply can raise anything: KeyError, urllib3's errors, …
                failure = self._unreachable(service, error)
            # Outside of `except`: botocore's exceptions refer to requests, which contain tokens.
            if isinstance(failure, Throttled) and tries > 1:
                self._limiter.throttled(failure.retry_after_seconds)
                tries = max(tries, _MOST_TRIES_WHILE_THROTTLED)
            if (
                tried >= tries
                or not isinstance(failure, Unavailable)
                or isinstance(failure, Unauthorized)
            ):
                raise failure
            pause = max(pause_seconds(tried), getattr(failure, "retry_after_seconds", 0.0))
            if time.monotonic() + pause > ends:
                raise failure
            time.sleep(pause)

    def endpoint(self, service: str) -> str:
        """Return the endpoint URL of a service."""
        return str(self._client(service).meta.endpoint_url).rstrip("/")

    def clock_ahead_seconds(self) -> float:
        """Return how far the local clock is ahead of a response's Date header; raises `Unavailable`."""
        try:
            self._client("sso").list_accounts(accessToken="none", maxResults=1)
        except botocore.exceptions.ClientError as error:
            date = error.response.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get("date", "")
        except Exception as error:  # noqa: BLE001  see `call`
            raise self._unreachable("sso", error) from None
        else:
            raise malformed("access without a token")
        try:
            return time.time() - parsedate_to_datetime(date).timestamp()
        except ValueError:
            raise malformed("no Date header") from None

    def _unreachable(self, service: str, error: Exception) -> Unavailable:
        if not isinstance(error, botocore.exceptions.BotoCoreError):
            return malformed(type(error).__name__)
        hint = _CURES.get(
            type(error), "check the network, the proxy and the region, and run it again"
        )
        return Unavailable(
            f"{self.endpoint(service)} cannot be reached ({type(error).__name__})", hint=hint
        )

    def _client(self, service: str) -> Any:  # noqa: ANN401  botocore creates the classes of its clients at run time
        with self._making:
            if service not in self._clients:
                self._clients[service] = self._make_client(service)
            return self._clients[service]

    def _make_client(self, service: str) -> Any:  # noqa: ANN401  see `_client`
        environment = self._environment
        endpoint = environment.sso_endpoint if service == "sso" else environment.oidc_endpoint
        try:
            client = self._create_client(service, endpoint, {})
            proxies = environment.proxies(client.meta.endpoint_url)
            return self._create_client(service, endpoint, proxies) if proxies else client
        except (botocore.exceptions.BotoCoreError, ValueError, OSError) as error:
            raise Unavailable(
                f"IAM Identity Center in {self._region} cannot be reached: {printable(str(error))}",
                hint="check the AWS_ENDPOINT_URL_*, proxy and CA settings",
            ) from None

    def _create_client(self, service: str, endpoint: str, proxies: dict[str, str]) -> Any:  # noqa: ANN401  see `_client`
        environment = self._environment
        config = older_models.config(
            {
                "signature_version": UNSIGNED,
                "connect_timeout": environment.timeout_seconds or CONNECT_TIMEOUT_SECONDS,
                "read_timeout": environment.timeout_seconds or READ_TIMEOUT_SECONDS,
                # `call` retries: botocore would sleep, ignore Retry-After, and try a token exchange twice.
                "retries": {"total_max_attempts": 1, "mode": "standard"},
                "max_pool_connections": MOST_CONNECTIONS,
                "proxies": proxies,
                "use_fips_endpoint": environment.use_fips,
                "use_dualstack_endpoint": environment.use_dualstack,
                "ignore_configured_endpoint_urls": True,
                # Old models require a device code for every token.
                "parameter_validation": False,
                "user_agent_extra": "sso-credential-process",
            }
        )
        client = _session().create_client(
            service,
            region_name=self._region,
            endpoint_url=endpoint or None,
            # Not None, or botocore would use the bundle from the environment variables of this process.
            verify=environment.ca_bundle or True,
            config=config,
        )
        if service == "sso-oidc":
            older_models.add_unknown_members(client)
        return client


def _session() -> botocore.session.Session:
    nothing = (None, None, None, None)
    nowhere = (None, None, os.devnull, None)
    return botocore.session.Session(
        session_vars={
            "profile": nothing,
            "config_file": nowhere,
            "credentials_file": nowhere,
            "ca_bundle": nothing,
            "region": nothing,
        }
    )
