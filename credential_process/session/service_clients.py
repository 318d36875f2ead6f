"""The clients of the service that all contexts in one process share."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from credential_process.identifiers import is_dual_stack

if TYPE_CHECKING:
    from credential_process.identity_center import IdentityCenter
    from credential_process.identity_center.environment import ServiceEnvironment
    from credential_process.identity_center.limiter import Limiter
    from credential_process.identity_center.sts import Sts
    from credential_process.session.context import SessionContext


class ServiceClients:
    """Clients of the service, one for each region and environment, under one limit of requests."""

    def __init__(self) -> None:
        self._made: dict[tuple[str, ServiceEnvironment], IdentityCenter] = {}
        self._sts: dict[tuple[str, ServiceEnvironment, str], Sts] = {}
        self._limiter: Limiter | None = None
        self._making = threading.Lock()

    def at(self, context: SessionContext) -> IdentityCenter:
        """Return the client for a context; the first call imports an HTTP library."""
        from credential_process.identity_center import IdentityCenter
        from credential_process.identity_center.environment import ServiceEnvironment
        from credential_process.identity_center.limiter import Limiter

        environment = ServiceEnvironment.of(dict(context.fields))
        if is_dual_stack(context.session.start_url):
            # Its pages lead on to the identity provider only if both were reached the same way (aws-cli #10507).
            environment = environment._replace(use_dualstack=True)
        key = (context.session.region, environment)
        with self._making:
            self._limiter = self._limiter or Limiter()
            if key not in self._made:
                self._made[key] = IdentityCenter(*key, self._limiter)
            return self._made[key]

    def sts(self, context: SessionContext, endpoint: str) -> Sts:
        """Return the client of STS in the region of a context; the first call imports botocore.

        `endpoint` is another one than AWS's own, or empty.
        """
        from credential_process.identity_center.environment import ServiceEnvironment
        from credential_process.identity_center.sts import Sts

        environment = ServiceEnvironment.of(dict(context.fields))
        key = (context.session.region, environment, endpoint)
        with self._making:
            if key not in self._sts:
                self._sts[key] = Sts(*key)
            return self._sts[key]
