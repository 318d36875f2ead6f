"""RegisterClient: ``POST /client/register``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from credential_process.sandbox.http.exchange import Request, Response, json_response
from credential_process.sandbox.state.registrations import DEVICE_CODE, is_redirect_uri
from credential_process.sandbox.state.service_errors import OidcError

if TYPE_CHECKING:
    from credential_process.sandbox.state.realm import Realm

_GRANT_TYPES = ("authorization_code", "refresh_token", DEVICE_CODE)
_SCOPE = re.compile(r"[A-Za-z0-9_.*-]+(:[A-Za-z0-9_.*-]+)*")


def register_client(realm: Realm, request: Request) -> Response:
    """Register a public client for 90 days."""
    document = request_document(request)
    if document.get("clientType") != "public":
        raise OidcError("InvalidClientMetadataException", "Invalid client type provided")
    client_name = document.get("clientName")
    if not isinstance(client_name, str) or not client_name:
        raise OidcError("InvalidRequestException", "Invalid client name provided")
    grant_types = _texts(document, "grantTypes")
    if not set(grant_types) <= set(_GRANT_TYPES):
        raise OidcError("UnsupportedGrantTypeException", "Invalid grant type provided")
    scopes = _scopes(document, grant_types)
    issuer_url = document.get("issuerUrl")
    _check_issuer(realm, request.region, issuer_url, grant_types)
    registration = realm.registrations.register(
        client_name=client_name,
        scopes=scopes,
        grant_types=grant_types,
        redirect_uris=_redirect_uris(realm, document, grant_types),
        issuer_url=issuer_url,
        region=request.region,
        seconds=realm.settings.registration_seconds,
    )
    return json_response(
        {
            "authorizationEndpoint": None,
            "clientId": registration.client_id,
            "clientIdIssuedAt": registration.issued_at,
            "clientSecret": registration.client_secret,
            "clientSecretExpiresAt": int(registration.ends_at),
            "tokenEndpoint": None,
        }
    )


def request_document(request: Request) -> dict[str, Any]:
    """Return the JSON object of a request to sso-oidc; raises InvalidRequestException."""
    try:
        return request.document
    except ValueError as exc:
        raise OidcError("InvalidRequestException", "Invalid request") from exc


def required_text(document: dict[str, Any], name: str) -> str:
    """Return a member that must be a nonempty text; raises InvalidRequestException."""
    value = document.get(name)
    if not isinstance(value, str) or not value:
        raise OidcError("InvalidRequestException", "Invalid request")
    return value


def _scopes(document: dict[str, Any], grant_types: tuple[str, ...]) -> tuple[str, ...]:
    scopes = _texts(document, "scopes")
    if "authorization_code" in grant_types and not scopes:
        # As at AWS, the description is empty (aws-sso-cli issue 1359).
        raise OidcError("InvalidScopeException")
    if not all(_SCOPE.fullmatch(scope) for scope in scopes):
        raise OidcError("InvalidScopeException", "Invalid scope provided")
    return scopes


def _redirect_uris(
    realm: Realm, document: dict[str, Any], grant_types: tuple[str, ...]
) -> tuple[str, ...]:
    uris = _texts(document, "redirectUris")
    missing = "authorization_code" in grant_types and not uris
    if missing or not all(is_redirect_uri(uri, realm.settings) for uri in uris):
        raise OidcError("InvalidRedirectUriException", "Invalid redirect uri provided")
    return uris


def _check_issuer(
    realm: Realm, region: str, issuer_url: object, grant_types: tuple[str, ...]
) -> None:
    if issuer_url is None and "authorization_code" not in grant_types:
        return
    is_found_out = not realm.settings.wrong_region_silent or not isinstance(issuer_url, str)
    if is_found_out and not realm.knows(issuer_url, region):
        raise OidcError("InvalidRequestException", "Invalid issuer url provided")


def _texts(document: dict[str, Any], name: str) -> tuple[str, ...]:
    values = document.get(name) or []
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise OidcError("InvalidRequestException", "Invalid request")
    return tuple(values)
