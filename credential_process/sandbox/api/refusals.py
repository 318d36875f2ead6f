"""How a refusal looks on the wire: one shape for sso-oidc, another for the portal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from credential_process.sandbox.http.exchange import json_response
from credential_process.sandbox.state.service_errors import (
    OIDC_ERRORS,
    PORTAL_ERRORS,
    OidcError,
    PortalError,
)

if TYPE_CHECKING:
    from credential_process.sandbox.http.exchange import Response

_OIDC_NAMESPACE = "http://internal.amazon.com/coral/com.amazonaws.sso.oidc/"
_PORTAL_NAMESPACE = "com.amazonaws.switchboard.portal"


def oidc_error(error: OidcError, *, reason: str = "") -> Response:
    """Return a refusal as sso-oidc writes it; `reason` is the member that a KMS key adds to some.

    Without the header, SDKs do not know which of their exceptions to raise.
    """
    members = {"error": error.error, "error_description": error.description}
    return json_response(
        {**members, "reason": reason} if reason else members,
        status=error.status,
        headers=(("x-amzn-ErrorType", f"{error.name}:{_OIDC_NAMESPACE}"),),
    )


def portal_error(error: PortalError) -> Response:
    """Return a refusal as the portal writes it: the exception stands in the body."""
    document = {"message": error.message, "__type": f"{_PORTAL_NAMESPACE}#{error.name}"}
    return json_response(document, status=error.status)


def refusal(service: str, name: str, message: str, *, reason: str = "") -> Response:
    """Return a refusal by its name, in the shape of the service that knows it."""
    is_portals = name in PORTAL_ERRORS and (service == "portal" or name not in OIDC_ERRORS)
    if is_portals:
        return portal_error(PortalError(name, message))
    return oidc_error(OidcError(name, message), reason=reason)
