"""Whether a person may be asked now on behalf of a want, and by which flow."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from credential_process.errors import SignInNeeded
from credential_process.stores import cooldown

if TYPE_CHECKING:
    from credential_process.session.context import SessionContext
    from credential_process.stores.want import Want


def check_may_wait(want: Want, context: SessionContext) -> None:
    """Raise `SignInNeeded` where signing in is switched off, be a sign-in open or not."""
    if want.interaction == "never":
        raise SignInNeeded(
            f"sign-in needed for {context.session.label}, and switched off here (--no-login, CI or "
            "SSO_CREDENTIAL_PROCESS_LOGIN)",
            hint=f"run: {_login(context)}",
        )
    if context.session.login == "never" and not want.is_explicit:
        raise SignInNeeded(
            f"sign-in needed for {context.session.label}, and never begun by itself (credential_process_login)",
            hint=f"run: {_login(context)}",
        )


def choose_flow(want: Want, context: SessionContext, session_folder: str) -> str:
    """Choose the flow of a sign-in that is to begin: ``authorization_code`` or ``device_code``.

    For a want that may wait. Raises `SignInNeeded` where none may begin: nobody to ask, or asked in vain a short
    while ago. Who asks for a sign-in by name (`login`) has no cooldown.
    """
    flow = _flow(want, context)
    outcome, now = cooldown.read(session_folder), time.time()
    allowed = cooldown.next_allowed(outcome, now)
    if outcome is not None and allowed > now and not want.is_explicit:
        raise SignInNeeded(
            f"{outcome.message}; nobody is asked again for {context.session.label} within the next "
            f"{allowed - now:.0f} s",
            hint=f"or run: {_login(context)}",
        )
    return flow


def may_open_browser(want: Want, context: SessionContext) -> bool:
    """Tell whether a caller can be appointed to open the page."""
    return want.interaction == "browser" and context.session.browser != "never"


def _flow(want: Want, context: SessionContext) -> str:
    """Prefer the browser; a code only where nothing else is left, or where it was asked for."""
    session, said = context.session, want.flow
    can_read = want.has_terminal or want.is_explicit
    if said != "device_code" and (said or session.device_code != "always"):
        if may_open_browser(want, context):
            return "authorization_code"
        # The page can be opened on this computer, only not by us.
        is_here = said == "authorization_code" or want.interaction == "browser"
        if is_here and can_read:
            return "authorization_code"
    if not can_read or (want.interaction == "none" and said != "device_code"):
        raise SignInNeeded(
            f"sign-in needed for {session.label}, and there is no browser and no terminal here",
            hint=f"run: {_login(context)} (--device-code, where no browser is)",
        )
    if session.device_code == "never":
        raise SignInNeeded(
            f"sign-in needed for {session.label}, and there is no browser here; codes are forbidden "
            "(credential_process_device_code)",
            hint=f"sign in on a desktop: {_login(context)}",
        )
    return "device_code"


def _login(context: SessionContext) -> str:
    return f"sso-credential-process login {context.session.options}"
