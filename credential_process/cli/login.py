"""`login`: sign in to a session, if that is needed."""

from __future__ import annotations

import time

import click

from credential_process import arguments, ask
from credential_process.cli.session_options import session_options
from credential_process.errors import Unavailable
from credential_process.origin import Origin


@click.command()
@session_options
def login(session: arguments.Session) -> None:
    """Sign in to a session; nothing is done where somebody is signed in already.

    It also ends the pause that follows a sign-in that was denied or not finished.
    """
    root = arguments.state_root()
    folder = session.folder(root)
    ask.ask(session, folder, {"kind": "token"}, wait_seconds=600)
    token = Origin.of({**session.fields, **arguments.service_environment()}, folder).tokens.read()
    if token is None:
        raise Unavailable("signed in, but the token has gone again", hint="run it again")
    until = time.strftime("%H:%M", time.localtime(token.expires_at))
    renewed = ", and renewed by itself after that" if token.refresh_token else ""
    click.echo(f"Signed in to {session.label} until {until}{renewed}.", err=True)
