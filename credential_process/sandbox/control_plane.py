"""The sandbox's own controls over HTTP, for tests in another process: ``/_fake/…``.

GET reads and POST changes; bodies are JSON objects. What it does is in ``controls``, which the
Python side uses as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import controls
from .exchange import Request, Response, json_response
from .tenants import Tenant

if TYPE_CHECKING:
    from collections.abc import Callable

    from .application import Application

PREFIX = "/_fake/"


def answer(application: Application, request: Request) -> Response:
    """Answer a request to the control plane; what it cannot do is 400 with the reason."""
    control = _CONTROLS.get((request.method, request.path.removeprefix(PREFIX)))
    if control is None:
        return json_response({"error": f"no control {request.method} {request.path}"}, status=404)
    try:
        return json_response(control(application, request.document if request.body else {}))
    except (AttributeError, KeyError, TypeError, ValueError) as exc:
        return json_response({"error": f"{type(exc).__name__}: {exc}"}, status=400)


def _requests(application: Application, _document: dict[str, Any]) -> object:
    return [record.as_document() for record in application.log.records()]


def _counters(application: Application, _document: dict[str, Any]) -> object:
    return controls.counters(application)


def _faults(application: Application, _document: dict[str, Any]) -> object:
    return {"rules": application.faults.as_documents()}


def _set_faults(application: Application, document: dict[str, Any]) -> object:
    application.faults.replace(document["rules"])
    return _faults(application, document)


def _tunnels(application: Application, _document: dict[str, Any]) -> object:
    return {"tunnels": [tunnel.as_document() for tunnel in application.tunnels.asked()]}


def _advance_clock(application: Application, document: dict[str, Any]) -> object:
    application.realm.clock.advance(float(document["seconds"]))
    return {"now": application.realm.clock.now()}


def _revoke_session(application: Application, document: dict[str, Any]) -> object:
    with application.realm.lock:
        return {"revoked": application.realm.sessions.revoke(document.get("user_name"))}


def _device_authorizations(application: Application, _document: dict[str, Any]) -> object:
    return {"device_authorizations": controls.device_authorizations(application.realm)}


def _approve(application: Application, document: dict[str, Any]) -> object:
    user_name = document.get("user_name", "alice")
    user_code = document.get("user_code")
    realm = application.realm
    return {"approved": controls.approve(realm, user_code=user_code, user_name=user_name)}


def _deny(application: Application, document: dict[str, Any]) -> object:
    return {"denied": controls.deny(application.realm, user_code=document.get("user_code"))}


def _expire(application: Application, document: dict[str, Any]) -> object:
    application.realm.expire(document["what"])
    return {}


def _reset(application: Application, _document: dict[str, Any]) -> object:
    application.reset()
    return {}


def _config(application: Application, document: dict[str, Any]) -> object:
    return controls.as_document(application.realm.configure(document))


def _sign_in(application: Application, document: dict[str, Any]) -> object:
    return controls.sign_in(
        application.realm,
        user_name=document.get("user_name", "alice"),
        scopes=tuple(document.get("scopes", ("sso:account:access",))),
        tenant=Tenant(**document["tenant"]) if "tenant" in document else None,
    )


_CONTROLS: dict[tuple[str, str], Callable[[Application, dict[str, Any]], object]] = {
    ("GET", "requests"): _requests,
    ("GET", "counters"): _counters,
    ("GET", "config"): _config,
    ("POST", "config"): _config,
    ("GET", "faults"): _faults,
    ("POST", "faults"): _set_faults,
    ("GET", "tunnels"): _tunnels,
    ("POST", "advance_clock"): _advance_clock,
    ("POST", "revoke_session"): _revoke_session,
    ("GET", "device_authorizations"): _device_authorizations,
    ("POST", "approve"): _approve,
    ("POST", "deny"): _deny,
    ("POST", "expire"): _expire,
    ("POST", "reset"): _reset,
    ("POST", "sign_in"): _sign_in,
}
