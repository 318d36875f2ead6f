"""The sandbox's own controls over HTTP, for tests in another process: ``/_fake/…``.

GET reads and POST changes; bodies are JSON objects. What it does is in ``controls``, which the
Python side uses as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import controls
from .exchange import Request, Response, json_response

if TYPE_CHECKING:
    from collections.abc import Callable

    from .realm import Realm
    from .request_log import RequestLog

PREFIX = "/_fake/"


def answer(realm: Realm, log: RequestLog, request: Request) -> Response:
    """Answer a request to the control plane; what it cannot do is 400 with the reason."""
    control = _CONTROLS.get((request.method, request.path.removeprefix(PREFIX)))
    if control is None:
        return json_response({"error": f"no control {request.method} {request.path}"}, status=404)
    try:
        return json_response(control(realm, log, request.document if request.body else {}))
    except (KeyError, TypeError, ValueError) as exc:
        return json_response({"error": f"{type(exc).__name__}: {exc}"}, status=400)


def _requests(_realm: Realm, log: RequestLog, _document: dict[str, Any]) -> object:
    return [record.as_document() for record in log.records()]


def _counters(realm: Realm, log: RequestLog, _document: dict[str, Any]) -> object:
    return controls.counters(realm, log)


def _advance_clock(realm: Realm, _log: RequestLog, document: dict[str, Any]) -> object:
    realm.clock.advance(float(document["seconds"]))
    return {"now": realm.clock.now()}


def _revoke_session(realm: Realm, _log: RequestLog, document: dict[str, Any]) -> object:
    with realm.lock:
        return {"revoked": realm.sessions.revoke(document.get("user_name"))}


def _expire(realm: Realm, _log: RequestLog, document: dict[str, Any]) -> object:
    realm.expire(document["what"])
    return {}


def _reset(realm: Realm, log: RequestLog, _document: dict[str, Any]) -> object:
    controls.reset(realm, log)
    return {}


def _config(realm: Realm, _log: RequestLog, document: dict[str, Any]) -> object:
    return controls.as_document(realm.configure(document))


def _sign_in(realm: Realm, _log: RequestLog, document: dict[str, Any]) -> object:
    return controls.sign_in(
        realm,
        user_name=document.get("user_name", "alice"),
        scopes=tuple(document.get("scopes", ("sso:account:access",))),
    )


_CONTROLS: dict[tuple[str, str], Callable[[Realm, RequestLog, dict[str, Any]], object]] = {
    ("GET", "requests"): _requests,
    ("GET", "counters"): _counters,
    ("GET", "config"): _config,
    ("POST", "config"): _config,
    ("POST", "advance_clock"): _advance_clock,
    ("POST", "revoke_session"): _revoke_session,
    ("POST", "expire"): _expire,
    ("POST", "reset"): _reset,
    ("POST", "sign_in"): _sign_in,
}
