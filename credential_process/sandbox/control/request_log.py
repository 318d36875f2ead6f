"""The log of requests, in order, and the counters."""

from __future__ import annotations

import threading
import time
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from credential_process.sandbox.http.exchange import grant_type

if TYPE_CHECKING:
    from collections.abc import Callable

    from credential_process.sandbox.http.exchange import Request

Counters = dict[str, Any]

_OPERATIONS = (
    "register", "device_authorization", "authorize", "role_credentials", "list_accounts",
    "list_account_roles", "access_roles", "access_credentials", "logout", "caller_identity", "assume_role",
)  # fmt: skip
_GRANT_TYPES = ("authorization_code", "refresh_token", "device_code")


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRecord:
    """One request; ``status`` is None while it is open, and if it was never answered.

    ``time`` is the service's, names of ``headers`` are in lower case, and ``in_flight`` counts the
    requests that were open when this one came in, itself included. Secrets are recorded, too: they
    are the sandbox's own and worthless elsewhere.
    """

    number: int
    time: float
    operation: str
    method: str
    target: str
    path: str
    host: str
    region: str
    query: dict[str, str]
    headers: dict[str, str]
    body: object
    client: str
    in_flight: int
    status: int | None = None
    seconds: float | None = None


class RequestLog:
    """Record requests and responses; every change wakes the threads that wait for one."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._records: list[RequestRecord] = []
        self._forgotten = 0
        self._open: dict[int, float] = {}
        self._open_tokens: set[int] = set()
        self._max_concurrent_token = 0
        self._operations: Counter[str] = Counter()
        self._exchanges: Counter[str] = Counter()
        self._statuses: Counter[str] = Counter()

    def enter(self, operation: str, request: Request, now: float) -> int:
        """Record the start of a request; return its number."""
        with self._changed:
            number = self._forgotten + len(self._records) + 1
            self._open[number] = time.monotonic()
            if operation == "token":
                self._open_tokens.add(number)
                open_tokens = len(self._open_tokens)
                self._max_concurrent_token = max(self._max_concurrent_token, open_tokens)
            record = RequestRecord(
                number=number,
                time=now,
                operation=operation,
                method=request.method,
                target=request.target,
                path=request.path,
                host=request.host,
                region=request.region,
                query=request.query,
                headers=dict(request.headers),
                body=request.parsed_body,
                client=request.client,
                in_flight=len(self._open),
            )
            self._records.append(record)
            self._operations[operation] += 1
            self._exchanges[grant_type(request) if operation == "token" else ""] += 1
            self._changed.notify_all()
            return number

    def leave(self, number: int, status: int | None) -> None:
        """Record the status of the response; None if there was none."""
        with self._changed:
            seconds = time.monotonic() - self._open.pop(number)
            self._open_tokens.discard(number)
            index = number - self._forgotten - 1
            if index >= 0:
                record = self._records[index]
                self._records[index] = replace(record, status=status, seconds=seconds)
                self._statuses[str(status)] += status is not None
            self._changed.notify_all()

    def records(self) -> list[RequestRecord]:
        """Return all records, in the order in which the requests came in."""
        with self._changed:
            return list(self._records)

    def counters(self) -> Counters:
        """Return the counts of requests by operation, of token exchanges by grant type, and of statuses."""
        with self._changed:
            return {
                **{operation: self._operations[operation] for operation in _OPERATIONS},
                "token": {name: self._exchanges[name] for name in _GRANT_TYPES},
                "by_status": dict(sorted((+self._statuses).items())),
                "max_concurrent_token": self._max_concurrent_token,
            }

    def wait_until(self, condition: Callable[[Counters], bool], seconds: float) -> bool:
        """Wait until the counters meet a condition; return whether they did in time."""
        with self._changed:
            return self._changed.wait_for(lambda: condition(self.counters()), seconds)

    def forget(self) -> None:
        """Forget all requests so far, open ones included."""
        with self._changed:
            self._forgotten += len(self._records)
            self._records.clear()
            for counter in (self._operations, self._exchanges, self._statuses):
                counter.clear()
            self._max_concurrent_token = len(self._open_tokens)
            self._changed.notify_all()
