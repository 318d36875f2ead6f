"""CreateToken: ``POST /token``, for each grant type."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from credential_process.sandbox.http.exchange import Request, Response, json_response
from credential_process.sandbox.state.registrations import DEVICE_CODE
from credential_process.sandbox.state.service_errors import OidcError
from credential_process.sandbox.state.tenants import Tenant

from .register_client import request_document, required_text

if TYPE_CHECKING:
    from credential_process.sandbox.state.realm import Realm
    from credential_process.sandbox.state.registrations import ClientRegistration
    from credential_process.sandbox.state.tokens import Grant

_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")  # RFC 7636 §4.1


def create_token(realm: Realm, request: Request) -> Response:
    """Exchange a code, a device code or a refresh token for an access token."""
    document = request_document(request)
    grant_type = required_text(document, "grantType")
    if grant_type not in _EXCHANGES:
        raise OidcError("UnsupportedGrantTypeException", "Invalid grant type provided")
    registration = realm.registrations.authenticate(
        required_text(document, "clientId"), required_text(document, "clientSecret")
    )
    if not registration.may_use(grant_type):
        raise OidcError("UnauthorizedClientException", "Client is not authorized for this grant")
    grant = _EXCHANGES[grant_type](realm, request.region, registration, document)
    reply: dict[str, object] = {
        "accessToken": grant.access_token,
        "expiresIn": grant.expires_in,
        "idToken": None,
        "refreshToken": grant.refresh_token,
        "tokenType": "Bearer",
    }
    return json_response(reply)


def _redeem_code(
    realm: Realm, region: str, registration: ClientRegistration, document: dict[str, Any]
) -> Grant:
    code_verifier = required_text(document, "codeVerifier")
    if not _VERIFIER.fullmatch(code_verifier):
        raise OidcError("InvalidRequestException", "Invalid code verifier provided")
    code = realm.authorizations.redeem(
        required_text(document, "code"),
        client_id=registration.client_id,
        region=region,
        redirect_uri=required_text(document, "redirectUri"),
        code_verifier=code_verifier,
    )
    if not realm.sessions.is_alive(code.session):
        raise OidcError("InvalidGrantException", "Invalid grant provided")
    tenant = Tenant(registration.issuer_url or realm.settings.start_url, region)
    scopes = code.request.scopes
    return realm.tokens.grant(code.session, registration, realm.settings, tenant, scopes)


def _refresh(
    realm: Realm, region: str, registration: ClientRegistration, document: dict[str, Any]
) -> Grant:
    refresh_token = required_text(document, "refreshToken")
    return realm.tokens.refresh(refresh_token, registration, realm.settings, region)


def _redeem_device_code(
    realm: Realm, region: str, registration: ClientRegistration, document: dict[str, Any]
) -> Grant:
    redeemed = realm.devices.redeem(
        required_text(document, "deviceCode"),
        client_id=registration.client_id,
        region=region,
        slow_down=realm.settings.slow_down,
    )
    if redeemed.session is None or not realm.sessions.is_alive(redeemed.session):
        raise OidcError("InvalidGrantException", "Invalid grant provided")
    tenant = Tenant(redeemed.start_url, region)
    return realm.tokens.grant(redeemed.session, registration, realm.settings, tenant)


_EXCHANGES = {
    "authorization_code": _redeem_code,
    "refresh_token": _refresh,
    DEVICE_CODE: _redeem_device_code,
}
