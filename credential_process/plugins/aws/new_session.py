"""The session that ``aws configure sso`` is about: there already, or to be written when somebody has signed in."""

from __future__ import annotations

import contextlib
import os
import shlex
import tempfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

from awscli.customizations.utils import uni_print

from credential_process import identifiers
from credential_process.client import arguments
from credential_process.config import (
    profiles,
    reader,
    sections,
    writer,
)
from credential_process.config.reader import SsoSession
from credential_process.plugins.aws.prompts import ask

if TYPE_CHECKING:
    from collections.abc import Iterator

    from credential_process.session_reference import SessionReference

_SCOPE = "sso:account:access"
_LEGACY = (
    "WARNING: Configuring using legacy format (e.g. without an SSO session).\n"
    'Consider re-running "configure sso" command and providing a session name.\n'
)


@dataclass(frozen=True, slots=True)
class NewSession:
    """A session as the config has it, or as it is going to be written where it is new."""

    settings: SsoSession
    is_new: bool

    @property
    def reference(self) -> SessionReference:
        """What it is signed in to by."""
        return self.settings.reference

    @property
    def needs_section(self) -> bool:
        """Whether a section has to be written for it."""
        return bool(self.settings.name) and self.is_new

    @property
    def title(self) -> str:
        """The title of its section of the config file."""
        return f"sso-session {shlex.quote(self.settings.name)}"

    @property
    def profile_keys(self) -> dict[str, str]:
        """The keys of a profile that uses it."""
        if self.settings.name:
            return {"sso_session": self.settings.name}
        return {"sso_start_url": self.settings.start_url, "sso_region": self.settings.region}

    @contextlib.contextmanager
    def fields(self) -> Iterator[dict[str, str]]:
        """Let the broker read a new session while it does not stand in the config file yet."""
        if not self.needs_section:
            yield {}
            return
        with tempfile.NamedTemporaryFile("w", suffix=".config") as file:
            file.write(sections.new_section(self.title, "", self.settings.keys, "\n"))
            file.flush()
            yield {"AWS_CONFIG_FILE": file.name}


def ask_for_session(path: str, profile: dict[str, str]) -> NewSession:
    """Ask which one, and for what is not known of it; defaults are those of the profile."""
    default = profile.get("sso_session")
    text = "SSO session name" if default else "SSO session name (Recommended)"
    name = ask(
        text,
        default,
        brackets=bool(default),
        is_valid=lambda answer: not answer or identifiers.is_session_name(answer),
        otherwise="Not a valid session name",
    )
    if name in reader.sections(path, "sso-session"):
        return NewSession(reader.sso_session(path, name), is_new=False)
    if not name:
        uni_print(_LEGACY)
    start_url = ask(
        "SSO start URL",
        profile.get("sso_start_url"),
        is_valid=identifiers.is_start_url,
        otherwise="Not a valid Start URL",
    )
    region = ask(
        "SSO region",
        profile.get("sso_region"),
        is_valid=identifiers.is_region,
        otherwise="Not a valid region",
    )
    scopes = ask("SSO registration scopes", _SCOPE) if name else _SCOPE
    return NewSession(SsoSession(name, start_url, region, reader.scopes(scopes)), is_new=True)


def write(path: str, session: NewSession, profile: str, settings: dict[str, str]) -> None:
    """Write the session, if it is new, and the profile; everything else in the file stays as it is."""

    def change(config: sections.Sections) -> None:
        if session.needs_section:
            _put(config, session.title, session.settings.keys, without=())
        # One that contradicts the session would keep every SDK from using the profile.
        legacy = ("sso_start_url", "sso_region") if session.settings.name else ("sso_session",)
        _put(config, profiles.section_title(profile), settings, without=legacy)

    lock = os.path.join(arguments.state_root(), "config.lock")
    writer.edit(path, change, lock=lock, confirm=lambda _: None)


def _put(
    config: sections.Sections, title: str, settings: dict[str, str], *, without: tuple[str, ...]
) -> None:
    found = [section for section in config.all if section.title == title]
    if found:
        text = sections.merged(found[-1], "", settings, without=without, newline=config.newline)
        config.replace(found[-1], text)
    else:
        config.add(title, sections.new_section(title, "", settings, config.newline))
