"""What stands between the server and the services: the log, and a net under every endpoint."""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING

from . import control_plane
from .request_log import RequestLog
from .routes import answer, oidc_error, operation_for
from .service_errors import OidcError

if TYPE_CHECKING:
    from .exchange import Request, Response
    from .realm import Realm


class Application:
    """Answer every request: the control plane unseen, everything else on record."""

    def __init__(self, realm: Realm) -> None:
        self.realm = realm
        self.log = RequestLog()
        self.defects: list[str] = []

    def answer(self, request: Request) -> Response:
        """Answer one request."""
        if request.path.startswith(control_plane.PREFIX):
            return control_plane.answer(self.realm, self.log, request)
        operation = operation_for(request)
        number = self.log.enter(operation.name, request, self.now())
        status = None
        try:
            response = answer(self.realm, request, operation)
            status = response.status
        except Exception:  # noqa: BLE001 - the client gets AWS's 500, a test looks at the defects
            self.defects.append(traceback.format_exc())
            response = oidc_error(OidcError("InternalServerException", "Internal error"))
            status = response.status
        finally:
            self.log.leave(number, status)
        return response

    def now(self) -> float:
        """Return the service's time."""
        return self.realm.clock.now()

    def request_id(self) -> str:
        """Return a new request id."""
        return self.realm.mint.request_id()
