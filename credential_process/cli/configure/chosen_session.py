"""The session of a profile that is being written: one of the config file, a new one, or a start URL."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import click

from credential_process import arguments
from credential_process.cli.configure.picker import pick
from credential_process.cli.session_options import COMPLETE, NAMES
from credential_process.config import profiles, reader, sessions
from credential_process.config.sections import new_section
from credential_process.errors import UsageError, printable
from credential_process.session_reference import SessionReference

if TYPE_CHECKING:
    from collections.abc import Callable

    from credential_process.config.sections import Sections

Command = TypeVar("Command", bound="Callable[..., Any]")
_EXAMPLE_URL = "https://d-1234567890.awsapps.com/start"


@dataclass(frozen=True, slots=True)
class ChosenSession:
    """A session by name or start URL; a new one is written into the config with its URL and region."""

    name: str
    start_url: str
    region: str
    is_new: bool = False

    @property
    def label(self) -> str:
        """What people call it."""
        return self.name or self.start_url

    @property
    def named(self) -> tuple[str, str, str]:
        """How a line names it."""
        return (self.name, "", "") if self.name else ("", self.start_url, self.region)

    @property
    def to_sign_in(self) -> SessionReference:
        """How to sign in to it now: a new one is not in the config yet."""
        if self.is_new:
            return SessionReference("", self.start_url, self.region)
        return SessionReference(*self.named)

    def put(self, sections: Sections) -> None:
        """Add it to the config file where it is new."""
        if not self.is_new or self.name in {
            title.title.removeprefix("sso-session ") for title in sections.all
        }:
            return
        options = {
            "sso_start_url": self.start_url,
            "sso_region": self.region,
            "sso_registration_scopes": "sso:account:access",
        }
        title = f"sso-session {self.name}"
        mark = profiles.mark(profiles.CONFIGURED, self.name)
        sections.add(title, new_section(title, mark, options, sections.newline))


def options(command: Command) -> Command:
    """Give a command the options that name a session, new or not."""
    for name in ("--sso-region", "--start-url", "--sso-session"):
        value, text = NAMES[name]
        if name == "--sso-session":
            text = "The [sso-session NAME] of ~/.aws/config; with --start-url, a new one."
        complete = COMPLETE.get(name)
        command = click.option(name, metavar=value, help=text, shell_complete=complete)(command)
    return command


def choose(
    config: str, name: str | None, start_url: str | None, region: str | None, *, can_ask: bool
) -> ChosenSession:
    """Find or ask for the session; raises `UsageError` for what is missing where nobody can be asked."""
    can_ask = can_ask and sys.stdin.isatty()
    known = sessions.names(config)
    if name is None and start_url is None and region is None:
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
    if name is not None and start_url is None:
        raise UsageError(
            f"there is no [sso-session {printable(name, limit=60)}] in {config}",
            hint="give --start-url and --sso-region for a new one",
        )
    session = arguments.parse_session(None, start_url, region)
    if name is not None:
        profiles.check_name(name)
    return ChosenSession(name or "", session.start_url, session.region, is_new=name is not None)


def _known(config: str, name: str, start_url: str | None, region: str | None) -> ChosenSession:
    session = reader.sso_session(config, name)
    if (start_url or session.start_url, region or session.region) != (
        session.start_url,
        session.region,
    ):
        raise UsageError(
            f"[sso-session {name}] is there, with another start URL or region",
            hint="leave --start-url and --sso-region out, or take another name",
        )
    return ChosenSession(name, session.start_url, session.region)


def _asked_name(known: list[str]) -> str:
    if known:
        entries = [*((each,) for each in known), ("a new one",)]
        number = pick("sessions", entries)
        if number < len(known):
            return known[number]
    name: str = click.prompt("Name of the new session, such as corp", err=True)
    return name
