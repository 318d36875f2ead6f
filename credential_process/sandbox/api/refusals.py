"""Errors on the wire, in the formats of sso-oidc and of the portal."""

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
    """Return an error as sso-oidc writes it; errors of KMS keys have the member ``reason``, too.

    SDKs choose their exception by the header.
    """
    members = {"error": error.error, "error_description": error.description}
    return json_response(
        {**members, "reason": reason} if reason else members,
        status=error.status,
        headers=(("x-amzn-ErrorType", f"{error.name}:{_OIDC_NAMESPACE}"),),
    )


def portal_error(error: PortalError) -> Response:
    """Return an error as the portal writes it, with the name of the exception in the body."""
    document = {"message": error.message, "__type": f"{_PORTAL_NAMESPACE}#{error.name}"}
    return json_response(document, status=error.status)


def refusal(service: str, name: str, message: str, *, reason: str = "") -> Response:
    """Return an error by its name, in the format of ``service`` if it has that error, else of the other."""
    is_portals = name in PORTAL_ERRORS and (service == "portal" or name not in OIDC_ERRORS)
    if is_portals:
        return portal_error(PortalError(name, message))
    return oidc_error(OidcError(name, message), reason=reason)
