"""The application: passes each request through log, faults and throttle to its operation."""

from __future__ import annotations

import threading
import traceback
from contextlib import nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING

from credential_process.sandbox.api.refusals import refusal
from credential_process.sandbox.api.routes import answer, operation_for
from credential_process.sandbox.api.throttle import Throttle
from credential_process.sandbox.faults.damage import damaged, dated
from credential_process.sandbox.faults.rules import Faults
from credential_process.sandbox.http.exchange import Response, json_response, with_headers
from credential_process.sandbox.http.regions import located
from credential_process.sandbox.http.tunnels import Tunnels

from .request_log import RequestLog

if TYPE_CHECKING:
    from credential_process.sandbox.api.routes import Operation
    from credential_process.sandbox.faults.fault import Fault
    from credential_process.sandbox.http.exchange import Request
    from credential_process.sandbox.state.realm import Realm


class Application:
    """Answer every request, and record it.

    ``stopping`` is set when the server stops, and ends every delay.
    """

    def __init__(self, realm: Realm) -> None:
        self.realm = realm
        self.log = RequestLog()
        self.faults = Faults()
        self.throttle = Throttle(realm.clock)
        self.tunnels = Tunnels(realm)
        self.defects: list[str] = []
        self.stopping = threading.Event()

    def answer(self, request: Request) -> Response:
        """Answer one request, and record it."""
        request = located(request, self.realm.settings.region)
        operation = operation_for(request, self.realm.settings.vanity_urls)
        number = self.log.enter(operation.name, request, self.now())
        status = None
        try:
            response = self._answer(request, operation)
            if response.delivery in ("whole", "reset_after_headers", "truncate"):
                status = response.status
        except Exception:  # noqa: BLE001 - the client gets AWS's 500, a test looks at the defects
            self.defects.append(traceback.format_exc())
            response = refusal(operation.service, "InternalServerException", "Internal error")
            status = response.status
        finally:
            self.log.leave(number, status)
        return response

    def reset(self) -> None:
        """Restore the initial state: no user signed in, nothing recorded, no faults."""
        self.faults.replace(())
        self.realm.reset()
        self.throttle.reset()
        self.tunnels.forget()
        self.log.forget()

    def now(self) -> float:
        """Return the service's time."""
        return self.realm.clock.now()

    def request_id(self) -> str:
        """Return a new request id."""
        return self.realm.mint.request_id()

    def _answer(self, request: Request, operation: Operation) -> Response:
        fault = self.faults.strike(operation, request)
        if fault is None:
            throttled = self.throttle.refusal(operation.service, self.realm.settings)
            return throttled or answer(self.realm, request, operation)
        self.stopping.wait(fault.delay_seconds)
        with nullcontext() if fault.commits else self.realm.rehearsal():
            response = answer(self.realm, request, operation)
        struck = _struck(response, operation, fault)
        if fault.clock_skew_seconds:
            struck = dated(struck, self.now() + fault.clock_skew_seconds)
        if fault.held:
            self.faults.hold(fault, self.stopping)
        return replace(struck, delivery=fault.delivery)


def _struck(response: Response, operation: Operation, fault: Fault) -> Response:
    if fault.error is not None:
        response = refusal(operation.service, fault.error, fault.message, reason=fault.reason)
    elif fault.status is not None:
        text = Response(fault.status, body=str(fault.body).encode())
        is_text = isinstance(fault.body, str)
        response = text if is_text else json_response(fault.body, status=fault.status)
    if fault.change is not None:
        response = damaged(response, fault.change, fault.field)
    return with_headers(response, fault.headers)
