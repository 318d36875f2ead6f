"""StartDeviceAuthorization: ``POST /device_authorization``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from credential_process.sandbox.http.exchange import Request, Response, json_response
from credential_process.sandbox.state.registrations import DEVICE_CODE
from credential_process.sandbox.state.service_errors import OidcError

from .register_client import request_document, required_text
from .verification_uris import verification_uris

if TYPE_CHECKING:
    from credential_process.sandbox.state.realm import Realm


def start_device_authorization(realm: Realm, request: Request) -> Response:
    """Issue a device code for the client and a user code for the user."""
    document = request_document(request)
    settings = realm.settings
    registration = realm.registrations.authenticate(
        required_text(document, "clientId"), required_text(document, "clientSecret")
    )
    if not registration.may_use(DEVICE_CODE):
        raise OidcError("UnauthorizedClientException", "Client is not authorized for this grant")
    start_url = required_text(document, "startUrl")
    is_known = realm.knows(start_url, request.region)
    if not is_known and not settings.wrong_region_silent:
        raise OidcError("InvalidRequestException", "Invalid start url provided")
    started = realm.devices.start(
        registration=registration,
        start_url=start_url,
        region=request.region,
        is_known=is_known,
        seconds=settings.device_code_seconds,
        interval_seconds=settings.device_interval_seconds,
    )
    uri, complete_uri = verification_uris(
        settings.verification_style,
        origin=realm.origin,
        start_url=start_url,
        region=request.region,
        user_code=started.user_code,
    )
    return json_response(
        {
            "deviceCode": started.device_code,
            "expiresIn": settings.device_code_seconds,
            "interval": settings.device_interval_seconds,
            "userCode": started.user_code,
            "verificationUri": uri,
            "verificationUriComplete": complete_uri,
        }
    )
