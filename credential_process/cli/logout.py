"""`logout`: sign out of sessions, on this computer and at AWS."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import click

from credential_process.cli.durations import clock_time
from credential_process.cli.each_session import for_each
from credential_process.cli.role_lines import role_lines
from credential_process.cli.session_options import many_sessions_options
from credential_process.client import arguments
from credential_process.errors import printable
from credential_process.library.sign_out import end_session
from credential_process.session import state
from credential_process.session.context import SessionContext

if TYPE_CHECKING:
    from credential_process.session.state import CachedRole
    from credential_process.session_reference import SessionReference


@click.command()
@many_sessions_options(
    "Sign out of all sessions, including those of start URLs.", used=True, may_be_none=True
)
def logout(sessions: list[SessionReference]) -> int:
    """Sign out of one session. All others stay signed in.

    NAME is that of the session, or of a profile that signs in to it.

    Ends the session at IAM Identity Center, cancels its open sign-in, and deletes its token, client registrations
    and role credentials from this computer. Credentials that programs already have cannot be revoked, so
    shows when they expire.

    Messages go to stderr. Exits 0 even if you were not signed in, and 5 if AWS cannot be reached: you are then
    signed out on this computer, and the session at AWS stays open until it expires.
    """
    if not sessions:
        click.echo("There is no session to sign out of.", err=True)
    return for_each(sessions, _sign_out)


def _sign_out(session: SessionReference) -> None:
    context = SessionContext.here(session)
    before = state.look(context, session.folder(arguments.state_root()), time.time())

    def show() -> None:
        is_out = (
            f"Signed out of {session.label}."
            if before.token
            else f"You were not signed in to {session.label}."
        )
        click.echo(printable(is_out), err=True)
        _show_valid_credentials(before.roles)

    end_session(context, on_removed=show)


def _show_valid_credentials(roles: tuple[CachedRole, ...]) -> None:
    lines = role_lines(roles, lambda expires_at: f"until {clock_time(expires_at)}")
    if lines:
        click.echo("Credentials that programs already have stay valid:", err=True)
    for line in lines:
        click.echo(f"  {line}", err=True)
