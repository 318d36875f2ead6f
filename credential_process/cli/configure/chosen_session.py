"""The session of a profile that is being written: one of the config file, a new one, or a start URL."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from credential_process.cli.configure.picker import pick
from credential_process.client import arguments
from credential_process.config import profiles, reader, sessions
from credential_process.config.reader import SsoSession
from credential_process.config.sections import new_section
from credential_process.errors import UsageError, printable
from credential_process.session_reference import SessionReference

if TYPE_CHECKING:
    from credential_process.config.sections import Sections

_EXAMPLE_URL = "https://d-1234567890.awsapps.com/start"


@dataclass(frozen=True, slots=True)
class ChosenSession:
    """A session as the config has it, or as it is going to be written where it is new."""

    settings: SsoSession
    is_new: bool = False

    @property
    def reference(self) -> SessionReference:
        """What a line names it by."""
        return self.settings.reference

    @property
    def to_sign_in(self) -> SessionReference:
        """What to sign in to now: a new one is not in the config yet."""
        if self.is_new:
            return SessionReference("", self.settings.start_url, self.settings.region)
        return self.reference

    def put(self, sections: Sections) -> None:
        """Add it to the config file where it is new."""
        title = f"sso-session {self.settings.name}"
        if self.is_new and title not in {section.title for section in sections.all}:
            mark = profiles.mark(profiles.CONFIGURED, self.settings.name)
            text = new_section(title, mark, self.settings.keys, sections.newline)
            sections.add(title, text)


def choose(config: str, given: SessionReference, *, can_ask: bool) -> ChosenSession:
    """Find or ask for the session; raises `UsageError` for what is missing where no user can be asked."""
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
        start_url = start_url or click.prompt(f"Start URL, such as {_EXAMPLE_URL}", err=True)
        region = region or click.prompt(
            "Region of IAM Identity Center", default="us-east-1", err=True
        )
    if name and not start_url:
        raise UsageError(
            f"there is no [sso-session {printable(name, limit=60)}] in {config}",
            hint="give --start-url and --sso-region for a new one",
        )
    arguments.check_session(SessionReference("", start_url, region))
    if name:
        profiles.check_name(name)
    return ChosenSession(SsoSession(name, start_url, region), is_new=bool(name))


def _known(config: str, name: str, start_url: str, region: str) -> ChosenSession:
    session = reader.sso_session(config, name)
    if (start_url or session.start_url, region or session.region) != (
        session.start_url,
        session.region,
    ):
        raise UsageError(
            f"[sso-session {name}] is there, with another start URL or region",
            hint="leave --start-url and --sso-region out, or take another name",
        )
    return ChosenSession(session)


def _asked_name(known: list[str]) -> str:
    if known:
        entries = [*((each,) for each in known), ("a new one",)]
        number = pick("sessions", entries)
        if number < len(known):
            return known[number]
    name: str = click.prompt("Name of the new session, such as corp", err=True)
    return name
