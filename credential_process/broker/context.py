"""What the parts of one broker share."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

from credential_process.broker import role_documents
from credential_process.errors import Unavailable
from credential_process.session.context import SessionContext

if TYPE_CHECKING:
    from credential_process.broker.loop import Loop
    from credential_process.broker.open_wants import OpenWants
    from credential_process.errors import CredentialProcessError
    from credential_process.session.service_clients import ServiceClients
    from credential_process.stores.want import Want


class BrokerContext:
    """The folders of one broker, the clients of the service, its loop, and the wants that it answers."""

    def __init__(
        self, host_folder: str, services: ServiceClients, loop: Loop, wants: OpenWants
    ) -> None:
        self.host_folder = host_folder
        self.session_folder = os.path.dirname(os.path.dirname(host_folder))
        self.services = services
        self.loop = loop
        self.wants = wants
        self.last_session: SessionContext | None = None

    def session_of(self, want: Want) -> SessionContext:
        """Return the session as the caller of a want sees it; raises `UsageError` if the config has no such one."""
        self.last_session = SessionContext.of(want.fields, self.session_folder)
        return self.last_session

    def end(
        self, want: Want, context: SessionContext, failure: CredentialProcessError | None
    ) -> None:
        """Fail a want, or let it succeed if there is no failure, or an outage while cached credentials are valid."""
        if isinstance(failure, Unavailable):
            with contextlib.suppress(OSError):  # it may have to store the document, on a full disk
                cached = role_documents.cached(want, context, self.session_folder)
                if role_documents.is_usable(cached):
                    failure = None
        if failure is None:
            self.wants.succeed(want)
        else:
            self.wants.fail(want, failure)
