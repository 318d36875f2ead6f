"""`check`: say what keeps a session from working, and in which tools."""

from __future__ import annotations

import time

import click

from credential_process import arguments
from credential_process.cli.session_options import session_options
from credential_process.errors import CredentialProcessError, Unavailable
from credential_process.origin import Origin, Services

_LARGEST_SKEW_SECONDS = 60


@click.command()
@session_options
def check(session: arguments.Session) -> int:
    """Say what keeps a session from working. Exits 0 where nothing does, 5 otherwise."""
    root = arguments.state_root()
    origin = Origin.of({**session.fields, **arguments.service_environment()}, session.folder(root))
    click.echo(f"ok       state is kept in {root}")
    for line in _token(origin):
        click.echo(line)
    try:
        line, is_good = _clock(origin)
    except CredentialProcessError as error:
        line, is_good = f"problem  {error}", False
    click.echo(line)
    return 0 if is_good else Unavailable.exit_code


def _token(origin: Origin) -> list[str]:
    token = origin.tokens.read()
    login = f"sso-credential-process login {origin.session.options}"
    if token is None or not token.is_valid(time.time()):
        lines = [f"note     nobody is signed in to {origin.session.label}; {login}"]
    else:
        until = time.strftime("%H:%M", time.localtime(token.expires_at))
        renewal = (
            "is renewed by itself"
            if token.can_be_refreshed(time.time())
            else "cannot be renewed without you"
        )
        lines = [f"ok       signed in to {origin.session.label} until {until}; the token {renewal}"]
    if not origin.session.name:
        lines.append(
            "note     SDKs never renew the token of a start URL: in profiles with sso_start_url it ends after an hour, "
            "where this tool goes on; an [sso-session] section cures that"
        )
    return lines


def _clock(origin: Origin) -> tuple[str, bool]:
    ahead = Services().at(origin).clock_ahead_seconds()
    if abs(ahead) <= _LARGEST_SKEW_SECONDS:
        return "ok       the clock agrees with the service", True
    way = "ahead of" if ahead > 0 else "behind"
    return (
        f"problem  the clock is {abs(ahead):.0f} s {way} the service's; set it, or signatures will fail",
        False,
    )
