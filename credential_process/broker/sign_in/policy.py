"""Whether the user may be asked to sign in for a want, and by which flow."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from credential_process.client import interaction
from credential_process.errors import SignInNeeded, printable
from credential_process.stores import cooldown

if TYPE_CHECKING:
    from credential_process.session.context import SessionContext
    from credential_process.stores.want import Want


def check_may_wait(want: Want, context: SessionContext) -> None:
    """Raise `SignInNeeded` if prompting is off for a want, whether a sign-in is open or not."""
    if want.interaction == "never":
        why = printable(want.off, limit=60) or "--no-login, CI or SSO_CREDENTIAL_PROCESS_LOGIN"
        raise SignInNeeded(
            f"sign-in needed for {context.session.label}, but prompting is off ({why})",
            hint=f"run: {context.login_command}",
        )
    if context.session.login == "never" and not want.is_explicit:
        raise SignInNeeded(
            f"sign-in needed for {context.session.label}, but the session allows only explicit sign-ins "
            "(credential_process_login = never)",
            hint=f"run: {context.login_command}",
        )


def choose_flow(want: Want, context: SessionContext, session_folder: str) -> str:
    """Return the flow of a sign-in for a want that may wait: ``authorization_code`` or ``device_code``.

    Raises `SignInNeeded` if none may begin: the user cannot be asked, or the last sign-in failed a short while ago. An
    explicit sign-in (``login``) has no cooldown.
    """
    flow = _flow(want, context)
    outcome, now = cooldown.read(session_folder), time.time()
    allowed = cooldown.next_allowed(outcome, now)
    if outcome is not None and allowed > now and not want.is_explicit:
        raise SignInNeeded(
            f"{outcome.message}; no new prompt for {context.session.label} for {allowed - now:.0f} s",
            hint=f"to sign in now, run: {context.login_command}",
        )
    return flow


def may_open_browser(want: Want, context: SessionContext) -> bool:
    """Return whether the caller of a want can open the page."""
    return want.interaction == "browser" and interaction.opens_page(context.session.browser)


def _flow(want: Want, context: SessionContext) -> str:
    """Prefer the browser: a device code is for when there is none, or when it was asked for."""
    session, asked = context.session, want.flow
    can_read = want.has_terminal or want.is_explicit
    if asked != "device_code" and (asked or session.device_code != "always"):
        if may_open_browser(want, context):
            return "authorization_code"
        # The user can open the page on this computer, though its caller cannot.
        is_here = asked == "authorization_code" or want.interaction == "browser"
        if is_here and can_read:
            return "authorization_code"
    if session.device_code == "never":
        raise SignInNeeded(
            f"sign-in needed for {session.label}, but there is no browser here, and device codes are forbidden "
            "(credential_process_device_code = never)",
            hint=f"on a computer with a browser, run: {context.login_command}",
        )
    if not can_read or (want.interaction == "none" and asked != "device_code"):
        raise SignInNeeded(
            f"sign-in needed for {session.label}, but there is no browser or terminal here",
            hint=f"run in a terminal: {context.login_command} --device-code",
        )
    return "device_code"
