"""Sign in from a program."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from credential_process.client import arguments, embedded, interaction
from credential_process.errors import Unavailable
from credential_process.library.named_session import named_session
from credential_process.session.context import SessionContext

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from contextlib import AbstractContextManager

    from credential_process.client.waiting import OnLook
    from credential_process.session_reference import SessionReference
    from credential_process.stores.mailbox import OwnWant
    from credential_process.stores.sign_in_view import SignInView
    from credential_process.stores.token_cache import Token


@dataclass(frozen=True, slots=True)
class AccessToken:
    """An access token of IAM Identity Center; `expires_at` is an aware time in UTC.

    `renews` is whether it is then renewed automatically, until the portal session ends.
    """

    access_token: str = field(repr=False)
    expires_at: datetime
    renews: bool


@dataclass(frozen=True, slots=True)
class Prompt:
    """What to show to the user: the URL to open, and a code to enter there (empty if none is needed)."""

    url: str
    user_code: str


def login(
    start_url: str | None = None,
    sso_region: str | None = None,
    *,
    sso_session: str | None = None,
    force: bool = False,
    device_code: bool = False,
    open_browser: bool = True,
    show: Callable[[Prompt], None] | None = None,
    wait_seconds: float | None = None,
) -> AccessToken:
    """Sign in to a session unless the user is signed in, and return the access token.

    The session is `sso_session`, the name of an ``[sso-session]`` section, or `start_url` and `sso_region`.
    `force` signs in even if the user is signed in, and keeps the old token if that fails. `device_code` shows a code
    instead of opening a browser here; without `open_browser` the URL is only shown. It is shown on the terminal, or
    by `show`, which is called once for each sign-in and must return at once. Other programs that wait for this
    session are served by the same sign-in.

    Raises `UsageError`, `SignInNeeded` (the user cannot be asked, or did not finish), `SignInOpen` after
    `wait_seconds` (by default when the sign-in ends), `Refused` or `Unavailable`: all are `CredentialProcessError`.

    >>> from credential_process import library
    >>> token = library.login(sso_session="corp")
    >>> token.renews
    True
    """
    session = arguments.check_session(named_session(start_url, sso_region, sso_session))
    token = sign_in(
        session,
        force=force,
        device_code=device_code,
        open_browser=open_browser,
        show=show,
        wait_seconds=wait_seconds,
    )
    return AccessToken(
        access_token=token.access_token,
        expires_at=datetime.fromtimestamp(token.expires_at, timezone.utc),
        renews=bool(token.refresh_token),
    )


def sign_in(
    session: SessionReference,
    fields: Mapping[str, str] | None = None,
    *,
    force: bool = False,
    revoke: bool = False,
    device_code: bool = False,
    open_browser: bool = True,
    show: Callable[[Prompt], None] | None = None,
    on_look: OnLook | None = None,
    program: str = "",
    wait_seconds: float | None = None,
) -> Token:
    """Do what `login` does for a session that was checked, and return its token.

    `fields` are added to the want. With `revoke`, `force` also ends the session at the service. Instead of `show`,
    `on_look` is called as `ask.ask` describes; `program` is the caller, by default this program.
    """
    fields = fields or {}
    asked = {**fields, "kind": "token"}
    if force:
        asked["force"] = "yes"
    if device_code:
        asked |= interaction.BY_DEVICE_CODE
    if not open_browser:
        asked |= interaction.WITHOUT_BROWSER
    if show is not None:
        asked, on_look = _shown_by_caller(asked), _on_look(show)
    context = SessionContext.here(session, fields)
    with _forced(context, revoke=revoke) if force else contextlib.nullcontext():
        embedded.ask_broker(session, asked, seconds=wait_seconds, program=program, on_look=on_look)
    token = context.tokens.read()
    if token is None:
        raise Unavailable("signed in, but the token was removed meanwhile", hint="sign in again")
    return token


def _forced(context: SessionContext, *, revoke: bool) -> AbstractContextManager[None]:
    from credential_process.library import sign_out  # what revokes tokens, which few sign-ins need

    return sign_out.signed_out(context, revoke=revoke)


def _shown_by_caller(fields: dict[str, str]) -> dict[str, str]:
    """Return the fields of a want whose caller shows the URL to the user, even without a terminal."""
    fields = interaction.fields(fields)
    if fields["reach"] == "none":
        fields["reach"] = "terminal"
    return {**fields, **interaction.WITHOUT_TERMINAL}


def _on_look(show: Callable[[Prompt], None] | None) -> OnLook | None:
    if show is None:
        return None
    shown = ""

    def look(_want: OwnWant, sign_in: SignInView | None) -> None:
        nonlocal shown
        if sign_in is None or not sign_in.url:
            return  # none, or one on another host, which is about to be replaced
        if sign_in.id != shown:
            shown = sign_in.id
            show(Prompt(sign_in.url, sign_in.user_code))

    return look
