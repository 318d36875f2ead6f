"""The session of ``aws configure sso``: an existing one, or one to be written after the sign-in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from awscli.customizations.utils import uni_print

from credential_process import identifiers
from credential_process.client import arguments
from credential_process.config import (
    profiles,
    reader,
    section_text,
    session_sections,
    sso_session,
    writer,
)
from credential_process.config.sso_session import SsoSession
from credential_process.plugins.aws.prompts import ask

if TYPE_CHECKING:
    from credential_process.config.sections import Sections

_SCOPE = "sso:account:access"
_LEGACY = (
    "WARNING: Configuring using legacy format (e.g. without an SSO session).\n"
    'Consider re-running "configure sso" command and providing a session name.\n'
)


def ask_for_session(path: str, profile: dict[str, str]) -> SsoSession:
    """Ask for the session, and for its settings if it is new; defaults come from the profile."""
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
        return sso_session.read(path, name)
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
    return SsoSession(name, start_url, region, sso_session.scopes(scopes))


def write(path: str, session: SsoSession, profile: str, settings: dict[str, str]) -> None:
    """Write the session, if it is new, and the profile; everything else in the file stays as it is."""

    def change(config: Sections) -> None:
        session_sections.add(config, session)
        # If these contradict the session, no SDK uses the profile.
        legacy = ("sso_start_url", "sso_region") if session.name else ("sso_session",)
        _put(config, profile, settings, without=legacy)

    writer.edit(path, change, state_root=arguments.state_root(), confirm=lambda _: None)


def _put(
    config: Sections, profile: str, settings: dict[str, str], *, without: tuple[str, ...]
) -> None:
    found = [section for section in config.all if section.profile == profile]
    if found:
        text = section_text.merged(found[-1], "", settings, without=without, newline=config.newline)
        config.replace(found[-1], text)
    else:
        title = profiles.section_title(profile)
        config.add(title, section_text.new_section(title, "", settings, config.newline))
