"""`logout`: sign out of sessions, here and at the service."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import click

from credential_process.cli.durations import clock_time
from credential_process.cli.role_lines import role_lines
from credential_process.cli.session_options import for_each, many_sessions_options
from credential_process.client import arguments
from credential_process.errors import printable
from credential_process.session import sign_out, state
from credential_process.session.context import SessionContext
from credential_process.session.service_clients import ServiceClients

if TYPE_CHECKING:
    from credential_process.session.state import CachedRole
    from credential_process.session_reference import SessionReference


@click.command()
@many_sessions_options("Sign out of all sessions, those of start URLs too.", used=True)
def logout(sessions: list[SessionReference]) -> int:
    """Sign out of a session, and leave all others alone.

    Ends the session at IAM Identity Center, ends a sign-in to it that is open, and removes from this computer its
    token, its client registrations and its role credentials. Credentials that programs have been given stay valid
    until they expire, which nothing can change; it says until when.

    All that is said goes to stderr. Exits 0 also where nobody was signed in; 5 where the service could not be
    reached: you are signed out here then, and the session there ends by itself.
    """
    return for_each(sessions, _sign_out)


def _sign_out(session: SessionReference) -> None:
    context = SessionContext.here(session)
    before = state.look(context, session.folder(arguments.state_root()), time.time())
    removed = sign_out.sign_out(context)
    is_out = (
        f"Signed out of {session.label}."
        if before.token
        else f"Nobody was signed in to {session.label}."
    )
    click.echo(printable(is_out), err=True)
    _say_what_stays_valid(before.roles)
    sign_out.revoke(removed, context, ServiceClients())


def _say_what_stays_valid(roles: tuple[CachedRole, ...]) -> None:
    lines = role_lines(roles, lambda expires_at: f"until {clock_time(expires_at)}")
    if lines:
        click.echo("Credentials that programs have been given stay valid:", err=True)
    for line in lines:
        click.echo(f"  {line}", err=True)
