"""Sign in and out from a program."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timezone

from credential_process import arguments, asking
from credential_process.errors import Unavailable
from credential_process.origin import Origin

_LOGOUT_SECONDS = 60


@dataclass(frozen=True, slots=True)
class AccessToken:
    """Proof that somebody is signed in; `expires_at` is an aware time in UTC.

    `renews` says whether it is renewed by itself after that, until the portal session ends.
    """

    access_token: str = field(repr=False)
    expires_at: datetime
    renews: bool


def login(
    start_url: str | None = None,
    sso_region: str | None = None,
    *,
    sso_session: str | None = None,
    force: bool = False,
    device_code: bool = False,
    open_browser: bool = True,
    wait_seconds: float = 600,
) -> AccessToken:
    """Sign in to a session unless somebody is signed in, and return the access token.

    The session is `sso_session`, the name of an ``[sso-session]`` section, or `start_url` and `sso_region`.
    `force` signs in anew; `device_code` shows a code on the terminal instead of opening a browser here;
    without `open_browser` the address is only told. Whoever else waits for this session is served by it too.

    Raises `UsageError`, `SignInNeeded` (nobody can be reached, or nobody finished), `SignInOpen` after
    `wait_seconds`, `Refused` or `Unavailable`, all of them `CredentialProcessError`.

    >>> from credential_process import library
    >>> token = library.login(sso_session="corp")
    >>> token.renews
    True
    """
    session = asking.session_of(start_url, sso_region, sso_session)
    fields = {"kind": "token"}
    if force:
        fields["force"] = "yes"
    if device_code:
        fields["flow"] = "device_code"
    if not open_browser:
        fields["browser"] = "no"
    asking.ask_broker(session, fields, seconds=wait_seconds)
    folder = session.folder(arguments.state_root())
    token = Origin.of({**session.fields, **arguments.service_environment()}, folder).tokens.read()
    if token is None:
        raise Unavailable("signed in, but the token has gone again", hint="sign in again")
    return AccessToken(
        access_token=token.access_token,
        expires_at=datetime.fromtimestamp(token.expires_at, timezone.utc),
        renews=bool(token.refresh_token),
    )


def logout(
    start_url: str | None = None, sso_region: str | None = None, *, sso_session: str | None = None
) -> None:
    """Sign out of a session: the service ends it, and its token and all its credentials are removed here.

    The session is named as for `login`. Role credentials that programs hold stay valid until they expire.
    To be signed out already is no error. Raises `UsageError` or `Unavailable`.

    >>> from credential_process import library
    >>> library.logout(sso_session="corp")
    """
    session = asking.session_of(start_url, sso_region, sso_session)
    asking.ask_broker(session, {"kind": "logout"}, seconds=_LOGOUT_SECONDS)
