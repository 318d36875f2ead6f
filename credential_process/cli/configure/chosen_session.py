"""Choose the session of a profile: one in the config file, a new one, or a start URL."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from credential_process.cli.configure.picker import pick
from credential_process.client import arguments
from credential_process.config import profiles, session_sections, sessions, sso_session
from credential_process.config.sso_session import SsoSession
from credential_process.errors import UsageError, printable

if TYPE_CHECKING:
    from credential_process.config.sections import Sections
    from credential_process.session_reference import SessionReference

_EXAMPLE_URL = "https://d-1234567890.awsapps.com/start"


def put(sections: Sections, session: SsoSession) -> None:
    """Add a session to the config file if it is new."""
    session_sections.add(sections, session, profiles.mark(profiles.CONFIGURED, session.name))


def choose(config: str, given: SessionReference, *, can_ask: bool) -> SsoSession:
    """Return the session that was given, or ask for it; raises `UsageError` if that is not possible."""
    can_ask = can_ask and sys.stdin.isatty()
    known = sessions.names(config)
    name, start_url, region = given.name, given.start_url, given.region
    if not given.options:
        if len(known) == 1:
            name = known[0]
        elif not can_ask:
            raise UsageError(
                "which session?", hint="give --sso-session, or --start-url and --sso-region"
            )
        else:
            name = _asked_name(known)
    if name in known:
        return _known(config, name, start_url, region)
    if can_ask:
        start_url = start_url or click.prompt(f"Start URL (such as {_EXAMPLE_URL})", err=True)
        region = region or click.prompt(
            "Region of IAM Identity Center", default="us-east-1", err=True
        )
    if name and not start_url:
        raise UsageError(
            f"there is no [sso-session {printable(name, limit=60)}] in {config}",
            hint="give --start-url and --sso-region for a new one",
        )
    session = SsoSession(name, start_url, region)
    arguments.check_session(session.without_name)
    if name:
        profiles.check_name(name)
    return session


def _known(config: str, name: str, start_url: str, region: str) -> SsoSession:
    session = sso_session.read(config, name)
    if (start_url or session.start_url, region or session.region) != (
        session.start_url,
        session.region,
    ):
        raise UsageError(
            f"[sso-session {name}] already exists, with another start URL or region",
            hint="omit --start-url and --sso-region, or choose another name",
        )
    return session


def _asked_name(known: list[str]) -> str:
    if known:
        entries = [*((each,) for each in known), ("a new one",)]
        number = pick("sessions", entries)
        if number < len(known):
            return known[number]
    name: str = click.prompt("Name for the new session (such as corp)", err=True)
    return name
