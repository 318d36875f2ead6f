"""`login`: sign in to sessions if needed."""

from __future__ import annotations

import contextlib
import time
from functools import partial
from typing import TYPE_CHECKING

import click

from credential_process.cli.debug_option import debug_option
from credential_process.cli.durations import clock_time, seconds_of, spoken
from credential_process.cli.each_session import for_each
from credential_process.cli.options import option, options
from credential_process.cli.session_options import many_sessions_options
from credential_process.cli.sign_in_display import SignInDisplay
from credential_process.client import embedded, interaction
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
_EPILOG = """--min-remaining looks at the end of the access token. A token that renews automatically lasts an hour at
most; it is renewed now if it ends sooner than requested. AWS does not report how long it can be renewed after that."""


@click.command(epilog=_EPILOG)
@many_sessions_options("Sign in to all sessions in ~/.aws/config, one after another.")
@options("--force", "--min-remaining")
@option("--device-code", "--use-device-code")  # the second is the AWS CLI's
@options("--no-browser")
@option(
    "--port",
    type=click.IntRange(1, 65535),
    help="Listen for the browser on this port, for use with ssh -L.",
)
@debug_option
def login(
    sessions: list[SessionReference],
    *,
    force: bool,
    min_remaining: str | None,
    device_code: bool,
    no_browser: bool,
    port: int | None,
    debug_fields: dict[str, str],
) -> int:
    """Sign in to a session. Does nothing if you are already signed in.

    NAME is that of a session, or of a profile that signs in to it.

    If a sign-in is already open, shows its page. Also works during the pause that follows a sign-in that was denied
    or not finished. Ctrl-C cancels a sign-in that this command started, but not one that another program started.

    \b
    On a computer without a browser, sign in on any device:
      sso-credential-process login --device-code
    or in the browser at your end of an SSH connection:
      ssh -L 8765:127.0.0.1:8765 HOST
      sso-credential-process login --port 8765

    Messages go to stderr. Exits 0 if you are signed in, 1 if the sign-in is still open, 3 if you cannot be
    prompted or did not finish in time, 4 if you or AWS denied it, 5 if AWS cannot be reached, 130 after Ctrl-C.
    """  # noqa: D301  click reads the character, not its name
    if port is not None and (device_code or len(sessions) > 1):
        raise UsageError(
            "--port works with one session and a browser only", hint="leave out --port"
        )
    fields = {**interaction.WITHOUT_TERMINAL, **debug_fields}
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
    display = SignInDisplay(session.label, cancels_own=True)
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
    """End the sign-in if this command started it."""
    if display.begun_by_this_command:
        click.echo(f"Cancelled the sign-in to {session.label}.", err=True)
    else:
        click.echo(
            "Stopped waiting. The sign-in stays open for the program that started it.", err=True
        )
    fields = {**interaction.NEVER, "kind": "cancel", "begun_by": display.want}
    with contextlib.suppress(CredentialProcessError):
        embedded.ask_broker(session, fields, seconds=_CANCEL_SECONDS, program=_PROGRAM)


def _say_until_when(session: SessionReference, token: Token, *, is_new: bool) -> None:
    signed_in = "Signed in" if is_new else "Already signed in"
    renewed = " and renews automatically" if token.can_be_refreshed(time.time()) else ""
    click.echo(
        f"{signed_in} to {session.label}. "
        f"The token is valid until {clock_time(token.expires_at)}{renewed}.",
        err=True,
    )


def _check_remaining(session: SessionReference, token: Token, seconds: int) -> None:
    """Raise `Refused` if even the new token is valid for less than was requested."""
    now = time.time()
    if not token.is_valid(now, seconds=seconds) and not token.can_be_refreshed(now):
        raise Refused(
            f"the token of {session.label} is valid for only {spoken(token.expires_at - now)}",
            hint=f"give --min-remaining less than {spoken(seconds)}",
        )
