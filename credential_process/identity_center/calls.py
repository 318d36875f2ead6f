"""Requests to the services: retries and failures."""

from __future__ import annotations

import math
import threading
import time
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from credential_process.errors import (
    CredentialProcessError,
    Throttled,
    Unauthorized,
    Unavailable,
)
from credential_process.identity_center.connections import Connections, Response
from credential_process.identity_center.endpoints import endpoint
from credential_process.identity_center.limiter import pause_seconds
from credential_process.identity_center.operations import LIST_ACCOUNTS, Operation
from credential_process.identity_center.refusals import from_service, malformed

if TYPE_CHECKING:
    from credential_process.identity_center.environment import ServiceEnvironment
    from credential_process.identity_center.limiter import Limiter
    from credential_process.identity_center.operations import Parameters

_FIRST_ERROR = 300  # a redirect is none of AWS's answers
_MOST_TRIES_WHILE_THROTTLED = 8
# For one call, all tries together: a caller gives up after 50 and must get the error before that.
_LONGEST_SECONDS = 30


class Calls:
    """Unsigned calls to ``sso`` and ``sso-oidc`` in one region; threads share the connections."""

    def __init__(self, region: str, environment: ServiceEnvironment, limiter: Limiter) -> None:
        self._region = region
        self._environment = environment
        self._limiter = limiter
        self._connections: dict[str, Connections] = {}
        self._making = threading.Lock()

    def call(
        self,
        operation: Operation,
        tries: int,
        deadline: float = math.inf,
        /,
        **parameters: str | int | list[str],
    ) -> dict[str, Any]:
        """Call an operation, at most `tries` times if it cannot be reached, more often if it throttles.

        No try begins after the `deadline` (monotonic). Raises `Unauthorized`, `InvalidGrant`, `InvalidClient`,
        `Refused` or `Unavailable`.
        """
        now = time.monotonic()
        if deadline < now:
            raise Unavailable(
                "AWS throttles requests, or answers slowly", hint="run it again in a minute"
            )
        ends = min(deadline, now + _LONGEST_SECONDS)
        failure: CredentialProcessError = Throttled(
            "AWS throttles requests", hint="run it again in a minute"
        )
        tried = 0
        while True:
            # One try is for an exchange of tokens, under a lock: it does not wait behind other requests.
            if tries > 1 and not self._limiter.wait(ends):
                raise failure
            tried += 1
            try:
                return self._try(operation, parameters)
            except CredentialProcessError as error:
                failure = error
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
        return endpoint(service, self._region, self._environment)

    def clock_ahead_seconds(self) -> float:
        """Return how far the local clock is ahead of a response's Date header; raises `Unavailable`."""
        response = self._send(LIST_ACCOUNTS, {"accessToken": "none", "maxResults": 1})
        if response.status < _FIRST_ERROR:
            raise malformed("access without a token")
        try:
            date = parsedate_to_datetime(response.headers.get("Date", ""))
        except ValueError:
            raise malformed("no Date header") from None
        return time.time() - date.timestamp()

    def _try(self, operation: Operation, parameters: Parameters) -> dict[str, Any]:
        response = self._send(operation, parameters)
        if response.status >= _FIRST_ERROR:
            raise from_service(response, operation.service)
        if not response.body:
            return {}
        reply = response.json_object()
        if reply is None:
            raise malformed("no JSON object")
        return reply

    def _send(self, operation: Operation, parameters: Parameters) -> Response:
        return self._connected(operation.service).send(*operation.request(parameters))

    def _connected(self, service: str) -> Connections:
        with self._making:
            if service not in self._connections:
                self._connections[service] = Connections(self.endpoint(service), self._environment)
            return self._connections[service]
