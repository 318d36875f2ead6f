"""Errors on the wire, in the formats of sso-oidc, of the portal and of account access manager."""

from __future__ import annotations

from typing import TYPE_CHECKING

from credential_process.sandbox.http.exchange import json_response
from credential_process.sandbox.state.service_errors import (
    ACCOUNT_ACCESS_ERRORS,
    OIDC_ERRORS,
    PORTAL_ERRORS,
    AccountAccessError,
    OidcError,
    PortalError,
)

if TYPE_CHECKING:
    from collections.abc import Container

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


def account_access_error(error: AccountAccessError) -> Response:
    """Return an error as services with the protocol restJson1 write it."""
    return json_response(
        {"message": error.message},
        status=error.status,
        headers=(("x-amzn-ErrorType", error.name),),
    )


def refusal(service: str, name: str, message: str, *, reason: str = "") -> Response:
    """Return an error by its name, in the format of ``service`` if it has that error, else of one that has it."""
    if name not in _NAMES.get(service, ()):
        service = next(one for one, names in _NAMES.items() if name in names)
    if service == "portal":
        return portal_error(PortalError(name, message))
    if service == "account_access":
        return account_access_error(AccountAccessError(name, message))
    return oidc_error(OidcError(name, message), reason=reason)


_NAMES: dict[str, Container[str]] = {
    "oidc": OIDC_ERRORS,
    "portal": PORTAL_ERRORS,
    "account_access": ACCOUNT_ACCESS_ERRORS,
}
