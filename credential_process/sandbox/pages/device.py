"""The device flow in the browser: confirm the code, then allow or deny.

Users who are not signed in are redirected to the sign-in page first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from credential_process.sandbox.http.exchange import Request, Response, redirect
from credential_process.sandbox.state.portal_sessions import COOKIE
from credential_process.sandbox.state.service_errors import OidcError, PageError

from .device_templates import code_page, device_consent_page
from .templates import result_page

if TYPE_CHECKING:
    from credential_process.sandbox.state.device_authorizations import DeviceAuthorization
    from credential_process.sandbox.state.portal_sessions import PortalSession
    from credential_process.sandbox.state.realm import Realm


def device(realm: Realm, request: Request) -> Response:
    """Ask the user to compare the code, or to type it if the link has none."""
    user_code = request.query.get("user_code", "")
    if _session(realm, request) is None:
        return _to_sign_in(user_code)
    return code_page(user_code=_open(realm, user_code).user_code if user_code else "")


def verify(realm: Realm, request: Request) -> Response:
    """Process a code that the user confirmed, typed or rejected."""
    user_code = request.form.get("user_code", "")
    if _session(realm, request) is None:
        return _to_sign_in(user_code)
    if realm.devices.find(user_code) is None:
        return code_page(complaint="There is no such code. Check it and try again.")
    found = _open(realm, user_code)
    if request.form.get("decision") == "cancel":
        return _denied(found)
    target = f"/device/consent?{urlencode({'user_code': found.user_code})}"
    return redirect(target, status=303)


def consent(realm: Realm, request: Request) -> Response:
    """Ask whether the client may act for the user."""
    user_code = request.query.get("user_code", "")
    session = _session(realm, request)
    if session is None:
        return _to_sign_in(user_code)
    found = _open(realm, user_code)
    return device_consent_page(
        user_code=found.user_code,
        client_name=found.registration.client_name,
        user_name=session.user_name,
        scopes=found.registration.scopes,
    )


def decide(realm: Realm, request: Request) -> Response:
    """Process the user's answer; the client gets it with its next poll."""
    user_code = request.form.get("user_code", "")
    session = _session(realm, request)
    if session is None:
        return _to_sign_in(user_code)
    found = _open(realm, user_code)
    decision = request.form.get("decision")
    if decision not in ("allow", "deny"):
        raise PageError("invalid_request", "The form has no answer.")
    if decision == "deny":
        return _denied(found)
    found.state, found.session = "approved", session
    return result_page(heading="Request approved", text="You can close this window.")


def _session(realm: Realm, request: Request) -> PortalSession | None:
    return realm.sessions.find(request.cookie(COOKIE))


def _open(realm: Realm, user_code: str) -> DeviceAuthorization:
    found = realm.devices.find_open(user_code)
    try:
        realm.registrations.find(found.registration.client_id)
    except OidcError as exc:
        # As observed at AWS when the registration expires during the sign-in.
        explanation = "The registration of the application has expired."
        raise PageError(exc.error, explanation, status=exc.status) from exc
    return found


def _denied(found: DeviceAuthorization) -> Response:
    found.state = "denied"
    return result_page(heading="Request denied", text="You can close this window.")


def _to_sign_in(user_code: str) -> Response:
    target = "/device" + (f"?{urlencode({'user_code': user_code})}" if user_code else "")
    return redirect(f"/sign-in?next={quote(target, safe='')}", status=303)
