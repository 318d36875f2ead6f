"""Signed calls to the services, by many threads, at the rate that each service allows."""

from __future__ import annotations

import math
import threading
from typing import TYPE_CHECKING, Any

import botocore
import botocore.config

from credential_process.administration import refusals, service_models, workers
from credential_process.identifiers import whole_number
from credential_process.identity_center.limiter import Limiter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from botocore.session import Session

# What each service accepts at most.
_PAGE_SIZES = {
    "sso-admin": 100,
    "account-access": 100,
    "identitystore": 100,
    "organizations": 20,
}
_CONFIG = {
    "connect_timeout": 5,
    "read_timeout": 30,
    "retries": {"mode": "standard", "total_max_attempts": 10},
    "max_pool_connections": workers.MOST,
    "user_agent_extra": "sso-credential-process",
}


class Calls:
    """Calls operations of AWS's services with the credentials of a session.

    botocore retries. Each attempt waits for its turn: once a service throttles, requests to it are paced.
    """

    def __init__(self, session: Session) -> None:
        service_models.install(session)
        self._session = session
        self._changing = threading.Lock()
        self._clients: dict[tuple[str, str], Any] = {}
        self._limiters: dict[tuple[str, str], Limiter] = {}

    def call(
        self, service: str, region: str, operation: str, /, **parameters: object
    ) -> dict[str, Any]:
        """Call an operation by its name in the API; raises the kinds of `errors` and `refusals`."""
        try:
            client = self._client(service, region)
            method = getattr(client, botocore.xform_name(operation))
            reply: dict[str, Any] = method(**parameters)
        except refusals.FROM_BOTOCORE as error:
            raise refusals.from_botocore(error, service, operation) from None
        return reply

    def pages(
        self, service: str, region: str, operation: str, key: str, /, **parameters: object
    ) -> Iterator[Any]:
        """Yield what an operation lists under `key`, from all pages; raises as `call` does."""
        for page in self.page_lists(service, region, operation, key, **parameters):
            yield from page

    def page_lists(
        self, service: str, region: str, operation: str, key: str, /, **parameters: object
    ) -> Iterator[list[Any]]:
        """Yield what an operation lists under `key`, page by page; raises as `call` does."""
        try:
            paginator = self._client(service, region).get_paginator(botocore.xform_name(operation))
            size = {"PageSize": _PAGE_SIZES[service]}
            for page in paginator.paginate(**parameters, PaginationConfig=size):
                yield page.get(key, [])
        except refusals.FROM_BOTOCORE as error:
            raise refusals.from_botocore(error, service, operation) from None

    def _client(self, service: str, region: str) -> Any:  # noqa: ANN401  botocore creates the classes of its clients at run time
        with self._changing:  # a session may not be used by several threads
            if (service, region) not in self._clients:
                self._clients[service, region] = self._make_client(service, region)
            return self._clients[service, region]

    def _make_client(self, service: str, region: str) -> Any:  # noqa: ANN401  see `_client`
        config = botocore.config.Config(**_CONFIG)
        client = self._session.create_client(service, region_name=region, config=config)
        # The limit is one for all operations of a service in a region.
        limiter = self._limiters.setdefault((service, region), Limiter())
        events = client.meta.events
        events.register("before-send", lambda **_: _wait(limiter))
        events.register(
            "response-received", lambda parsed_response, **_: _look(limiter, parsed_response)
        )
        return client


def _wait(limiter: Limiter) -> None:
    limiter.wait(math.inf)


def _look(limiter: Limiter, reply: dict[str, Any] | None) -> None:
    """Record in the limiter what a response shows about the rate; None means that there was no response."""
    if reply is None:
        return
    metadata = reply.get("ResponseMetadata", {})
    code = reply.get("Error", {}).get("Code")
    if code in refusals.THROTTLED or metadata.get("HTTPStatusCode") == 429:
        retry_after = metadata.get("HTTPHeaders", {}).get("retry-after", "")
        limiter.throttled(float(whole_number(retry_after) or 0))
