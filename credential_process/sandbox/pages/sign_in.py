"""The sign-in page, and the cookie that keeps the user signed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from credential_process.sandbox.http.exchange import Request, Response, redirect
from credential_process.sandbox.state.portal_sessions import COOKIE

from .templates import result_page, sign_in_page

if TYPE_CHECKING:
    from credential_process.sandbox.state.realm import Realm


def show_sign_in(_realm: Realm, request: Request) -> Response:
    """Show the sign-in page."""
    return sign_in_page(next_target=_safe(request.query.get("next", "")))


def sign_in(realm: Realm, request: Request) -> Response:
    """Sign a user in with any nonempty user name and password."""
    user_name = request.form.get("username", "").strip()
    next_target = _safe(request.form.get("next", ""))
    if not user_name or not request.form.get("password"):
        return sign_in_page(
            next_target=next_target,
            user_name=user_name,
            complaint="Type a user name and a password. Any will do.",
        )
    seconds = realm.settings.portal_session_seconds
    session = realm.sessions.start(user_name, seconds)
    cookie = f"{COOKIE}={session.session_id}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax"
    return redirect(next_target, status=303, headers=(("Set-Cookie", cookie),))


def show_portal(realm: Realm, request: Request) -> Response:
    """Show the signed-in user."""
    session = realm.sessions.find(request.cookie(COOKIE))
    if session is None:
        return redirect("/sign-in?next=%2Fstart%2F")
    return result_page(
        heading="You are signed in",
        text=f"As {session.user_name}. Programs on this machine can ask for your permission now.",
    )


def _safe(target: str) -> str:
    """Return where to go next: only a path of this server."""
    is_ours = target.startswith(("/authorize/", "/device", "/start/"))
    return target if is_ours and target.isprintable() else "/start/"
