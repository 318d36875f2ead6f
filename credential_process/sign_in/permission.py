"""Whether a person may be asked now, on behalf of a want."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from credential_process.errors import SignInNeeded
from credential_process.sign_in import outcomes

if TYPE_CHECKING:
    from credential_process.mailbox import Want
    from credential_process.origin import Origin


def to_wait(want: Want, origin: Origin) -> None:
    """Raise `SignInNeeded` where signing in is switched off, be a sign-in open or not."""
    if want.fields.get("reach") == "never":
        raise SignInNeeded(
            f"sign-in needed for {origin.session.label}, and switched off here (--no-login, CI or "
            "SSO_CREDENTIAL_PROCESS_LOGIN)",
            hint=f"run: {_login(origin)}",
        )


def to_begin(want: Want, origin: Origin, session_folder: str) -> None:
    """Raise `SignInNeeded` where a sign-in must not begin: nobody to ask, or asked in vain a short while ago.

    Who asks for a sign-in by name (`login`) has no cooldown.
    """
    to_wait(want, origin)
    label = origin.session.label
    if want.fields.get("reach") == "none":
        raise SignInNeeded(
            f"sign-in needed for {label}, and there is no browser here",
            hint=f"sign in on a desktop: {_login(origin)}",
        )
    outcome, now = outcomes.read(session_folder), time.time()
    allowed = outcomes.next_allowed(outcome, now)
    if outcome is not None and allowed > now and want.fields.get("kind") != "token":
        raise SignInNeeded(
            f"{outcome.message}; nobody is asked again for {label} within the next {allowed - now:.0f} s",
            hint=f"or run: {_login(origin)}",
        )


def _login(origin: Origin) -> str:
    return f"sso-credential-process login {origin.session.options}"
