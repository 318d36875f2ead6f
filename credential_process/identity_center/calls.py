"""Unsigned requests to the services of IAM Identity Center."""

from __future__ import annotations

import math
import threading
import time
from typing import TYPE_CHECKING, Any

from credential_process.identity_center import replies
from credential_process.identity_center.connections import Connections
from credential_process.identity_center.endpoints import endpoint
from credential_process.identity_center.operations import LIST_ACCOUNTS, Operation
from credential_process.identity_center.refusals import from_service, malformed
from credential_process.identity_center.retries import retried

if TYPE_CHECKING:
    from credential_process.identity_center.environment import ServiceEnvironment
    from credential_process.identity_center.limiter import Limiter
    from credential_process.identity_center.operations import Parameters
    from credential_process.identity_center.response import Response

PAGE = 100  # the maximum of all operations
_FIRST_ERROR = 300  # a redirect is none of AWS's answers


class Calls:
    """Unsigned calls to the services in one region; threads share the connections."""

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
        `Refused`, `UsageError` or `Unavailable`.
        """
        return retried(lambda: self._try(operation, parameters), tries, deadline, self._limiter)

    def endpoint(self, service: str) -> str:
        """Return the endpoint URL of a service."""
        return endpoint(service, self._region, self._environment)

    def clock_ahead_seconds(self) -> float:
        """Return how far the local clock is ahead of a response's Date header; raises `Unavailable`."""
        response = self._send(LIST_ACCOUNTS, {"accessToken": "none", "maxResults": 1})
        if response.status < _FIRST_ERROR:
            raise malformed("access without a token")
        from email.utils import parsedate_to_datetime  # loads a dozen modules

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
            raise malformed("not a JSON object")
        return reply

    def _send(self, operation: Operation, parameters: Parameters) -> Response:
        return self._connected(operation.service).send(*operation.request(parameters))

    def _connected(self, service: str) -> Connections:
        with self._making:
            if service not in self._connections:
                self._connections[service] = Connections(self.endpoint(service), self._environment)
            return self._connections[service]


def all_entries(
    calls: Calls, operation: Operation, name: str, **parameters: str
) -> list[dict[str, Any]]:
    """Return the list with this name from all pages of an operation; raises as `Calls.call` does."""
    found: list[dict[str, Any]] = []
    page = ""
    while True:
        following = {"nextToken": page} if page else {}
        reply = calls.call(operation, 2, **parameters, maxResults=PAGE, **following)
        found += replies.entries(reply, name)
        page = replies.next_token(reply, page)
        if not page:
            return found
