"""`login`: sign in to sessions, where that is needed."""

from __future__ import annotations

import contextlib
import time
from functools import partial
from typing import TYPE_CHECKING

import click

from credential_process.cli.durations import clock_time, seconds_of, spoken
from credential_process.cli.options import option, options
from credential_process.cli.session_options import for_each, many_sessions_options
from credential_process.cli.sign_in_display import SignInDisplay
from credential_process.client import embedded
from credential_process.errors import (
    CredentialProcessError,
    Refused,
    UsageError,
)
from credential_process.library.sign_in import sign_in
from credential_process.session.context import SessionContext

if TYPE_CHECKING:
    from collections.abc import Callable

    from credential_process.session_reference import SessionReference
    from credential_process.stores.token_cache import Token

_PROGRAM = "sso-credential-process login"
_CANCEL_SECONDS = 5


@click.command()
@many_sessions_options("Sign in to all sessions of ~/.aws/config, one after the other.")
@options("--force", "--min-remaining", "--device-code", "--no-browser")
@option("--port", type=click.IntRange(1, 65535))
def login(
    sessions: list[SessionReference],
    *,
    force: bool,
    min_remaining: str | None,
    device_code: bool,
    no_browser: bool,
    port: int | None,
) -> int:
    """Sign in to a session; nothing is done, and nothing asked, where somebody is signed in already.

    It shows the page of a sign-in that is open already, and ends the pause that follows one that was denied or
    not finished. Ctrl-C ends the sign-in that it has begun, and leaves alone one that another program waits for.

    \b
    On a computer without a browser, with one elsewhere:
      sso-credential-process login --device-code
    or with one at your end of an ssh connection:
      ssh -L 8765:127.0.0.1:8765 HOST
      sso-credential-process login --port 8765

    --min-remaining goes by the end of the access token. One that is renewed by itself ends within the hour and
    is good all the same: it is renewed now if its end is nearer than asked for, and that is all that can be
    known, because IAM Identity Center tells nobody how long a session that is renewed will last.

    All that is said goes to stderr. Exits 0 when signed in, 1 when the sign-in is left open, 3 when nobody can be
    asked, 4 when a person or the service said no, 5 when the service cannot be reached, 130 after Ctrl-C.
    """  # noqa: D301  click reads the character, not its name
    if port is not None and (device_code or len(sessions) > 1):
        raise UsageError("--port is for one session in a browser", hint="leave it out")
    fields = {"terminal": "no"}
    if port is not None:
        fields |= {"port": str(port), "flow": "authorization_code"}
    seconds = seconds_of(min_remaining, "--min-remaining") if min_remaining else 0
    if seconds:
        fields["min_remaining"] = str(seconds)
    ask = partial(
        sign_in,
        fields=fields,
        force=force,
        revoke=True,
        device_code=device_code,
        open_browser=not no_browser,
        program=_PROGRAM,
    )
    return for_each(sessions, partial(_sign_in, ask, seconds))


def _sign_in(ask: Callable[..., Token], min_remaining: int, session: SessionReference) -> None:
    before = SessionContext.here(session).tokens.read()
    display = SignInDisplay(session.label)
    try:
        with contextlib.closing(display):
            token = ask(session, on_look=display.look)
    except KeyboardInterrupt:
        _cancel(session, display)
        raise
    is_new = before is None or before.access_token != token.access_token
    _say_until_when(session, token, is_new=is_new)
    _check_remaining(session, token, min_remaining)


def _cancel(session: SessionReference, display: SignInDisplay) -> None:
    """End the sign-in that our want began, if it did."""
    if display.begun_by_us:
        click.echo(f"Stopped; the sign-in to {session.label} has ended.", err=True)
    else:
        click.echo(
            "Stopped waiting; the sign-in goes on for the program that asked for it.", err=True
        )
    fields = {"kind": "cancel", "reach": "never", "begun_by": display.want}
    with contextlib.suppress(CredentialProcessError):
        embedded.ask_broker(session, fields, seconds=_CANCEL_SECONDS, program=_PROGRAM)


def _say_until_when(session: SessionReference, token: Token, *, is_new: bool) -> None:
    signed_in = "Signed in" if is_new else "Already signed in"
    renewed = ", and renewed by itself after that" if token.can_be_refreshed(time.time()) else ""
    click.echo(
        f"{signed_in} to {session.label} until {clock_time(token.expires_at)}{renewed}.", err=True
    )


def _check_remaining(session: SessionReference, token: Token, seconds: int) -> None:
    """Raise `Refused` where even a new session is shorter than asked for."""
    now = time.time()
    if not token.is_valid(now, seconds=seconds) and not token.can_be_refreshed(now):
        raise Refused(
            f"{session.label} gives no more than {spoken(token.expires_at - now)}",
            hint=f"ask for less than {spoken(seconds)}",
        )
