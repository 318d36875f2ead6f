"""The authorization-code flow in the browser: ``/authorize`` and the consent.

An invalid client id or redirect URI is shown to the user; all other errors are sent back to the
client by redirect (RFC 6749 §4.1.2.1).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode, urlsplit

from credential_process.sandbox.http.exchange import Request, Response, redirect
from credential_process.sandbox.state.portal_sessions import COOKIE
from credential_process.sandbox.state.registrations import is_redirect_uri
from credential_process.sandbox.state.service_errors import OidcError, PageError

from .templates import consent_page

if TYPE_CHECKING:
    from credential_process.sandbox.state.realm import Realm
    from credential_process.sandbox.state.registrations import ClientRegistration

_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")


def authorize(realm: Realm, request: Request) -> Response:
    """Store an authorization request, and redirect the browser to the consent page."""
    query = request.query
    registration = _registration(realm, query, request.region)
    redirect_uri = _redirect_uri(realm, registration, query)
    state = query.get("state")
    # AWS's own tools send `scopes`, others `scope` as in the RFC; both work.
    scopes = tuple((query.get("scopes") or query.get("scope") or "").split())
    error = _mistake(registration, query, scopes)
    if error:
        return _back_to_client(redirect_uri, state, error=error)
    opened = realm.authorizations.open(
        registration=registration,
        region=request.region,
        redirect_uri=redirect_uri,
        scopes=scopes,
        state=state,
        code_challenge=query["code_challenge"],
        seconds=realm.settings.authorization_request_seconds,
    )
    return redirect(f"/authorize/consent?authorization={opened.authorization_id}")


def consent(realm: Realm, request: Request) -> Response:
    """Show the consent page to a signed-in user; redirect others to the sign-in page."""
    opened = realm.authorizations.find(request.query.get("authorization", ""))
    session = realm.sessions.find(request.cookie(COOKIE))
    if session is None:
        return redirect(f"/sign-in?next={quote(request.target, safe='')}")
    return consent_page(
        authorization_id=opened.authorization_id,
        client_name=opened.registration.client_name,
        user_name=session.user_name,
        scopes=opened.scopes,
        return_to=origin(opened.redirect_uri),
    )


def decide(realm: Realm, request: Request) -> Response:
    """Process the user's answer, and redirect the browser to the client with it."""
    opened = realm.authorizations.find(request.form.get("authorization", ""))
    session = realm.sessions.find(request.cookie(COOKIE))
    if session is None:
        target = f"/authorize/consent?authorization={opened.authorization_id}"
        return redirect(f"/sign-in?next={quote(target, safe='')}", status=303)
    decision = request.form.get("decision")
    if decision not in ("allow", "deny"):
        raise PageError("invalid_request", "The form has no answer.")
    realm.authorizations.close(opened)
    if decision == "deny":
        return _back_to_client(opened.redirect_uri, opened.state, error="access_denied")
    code = realm.authorizations.issue_code(
        opened, session, realm.settings.authorization_code_seconds
    )
    return _back_to_client(opened.redirect_uri, opened.state, code=code)


def origin(uri: str) -> str:
    """Return scheme, host and port of a URI."""
    parts = urlsplit(uri)
    return f"{parts.scheme}://{parts.netloc}"


def _registration(realm: Realm, query: dict[str, str], region: str) -> ClientRegistration:
    try:
        registration = realm.registrations.find(query.get("client_id", ""))
    except OidcError as exc:
        explanation = "The application is not registered, or its registration has expired."
        raise PageError(exc.error, explanation, status=exc.status) from exc
    if registration.issuer_url is not None and not realm.knows(registration.issuer_url, region):
        raise PageError("invalid_grant", "Invalid grant provided")
    return registration


def _redirect_uri(realm: Realm, registration: ClientRegistration, query: dict[str, str]) -> str:
    uri = query.get("redirect_uri", "")
    registered = {_without_port(known) for known in registration.redirect_uris}
    if not is_redirect_uri(uri, realm.settings) or _without_port(uri) not in registered:
        explanation = "The application did not register this redirect address."
        raise PageError("invalid_redirect_uri", explanation)
    return uri


def _mistake(
    registration: ClientRegistration, query: dict[str, str], scopes: tuple[str, ...]
) -> str | None:
    if not registration.may_use("authorization_code"):
        return "unauthorized_client"
    if query.get("response_type") != "code":
        return "unsupported_response_type"
    challenge = query.get("code_challenge", "")
    if query.get("code_challenge_method") != "S256" or not _CHALLENGE.fullmatch(challenge):
        return "invalid_request"
    if not scopes or not set(scopes) <= set(registration.scopes):
        return "invalid_scope"
    return None


def _without_port(uri: str) -> str:
    # RFC 8252 §7.3: the port of a loopback redirect URI is chosen at the time of the request.
    parts = urlsplit(uri)
    return f"{parts.scheme}://{parts.hostname}{parts.path}"


def _back_to_client(redirect_uri: str, state: str | None, **answer: str) -> Response:
    if state is not None:
        answer["state"] = state
    return redirect(f"{redirect_uri}?{urlencode(answer)}")
