"""Find SSO sessions: those of the config file, and that of a profile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from credential_process.config import lines, machine_config, reader, source_profiles
from credential_process.errors import UsageError, printable
from credential_process.identifiers import is_session_name
from credential_process.session_reference import SessionReference

if TYPE_CHECKING:
    import configparser

    from credential_process.config.sso_session import SsoSession


def names(path: str) -> list[str]:
    """List the ``[sso-session]`` sections of the config file at `path`, and of that of the machine.

    Those whose names cannot be used are left out. Raises `UsageError` if a file cannot be read.
    """
    found = {*reader.sections(path, "sso-session"), *machine_config.look().sessions}
    return sorted(filter(is_session_name, found))


def is_configured(path: str, session: SsoSession) -> bool:
    """Return whether the config file at `path`, or that of the machine, has a section of this name.

    A start URL has no section.
    """
    return session.name in reader.sections(path, "sso-session") or is_of_machine(path, session)


def is_of_machine(path: str, session: SsoSession) -> bool:
    """Return whether only the config file of the machine has a section of this name, which no SDK reads."""
    return (
        session.name not in reader.sections(path, "sso-session")
        and session.name in machine_config.look().sessions
    )


def of_name(path: str, name: str) -> SessionReference:
    """Find the session that a user names by its own name, or by that of a profile: the session, if both have it.

    Raises `UsageError` if neither has it, or if the profile does not use Identity Center.
    """
    known = names(path)
    if name in known:
        return SessionReference(name)
    profiles = reader.sections(path, "profile")
    if name not in profiles:
        raise UsageError(
            reader.missing(path, name, "session or profile"),
            hint=reader.alternative(name, {*known, *profiles}),
        )
    return of_profile(path, name, named_by="NAME")


def of_profile(path: str, profile: str, *, named_by: str = "--profile") -> SessionReference:
    """Find the session that a profile signs in to, itself or through its ``source_profile``.

    `named_by` is the option, the argument or the variable that names the profile. Raises `UsageError` if there is no
    such profile, or it does not use Identity Center.
    """
    profiles = reader.profiles_with(path, profile, named_by=named_by)
    seen = []
    while profile in profiles and profile not in seen:
        section = profiles[profile]
        named = _of_section(section)
        if named is not None:
            return named
        seen.append(profile)
        profile = section.get("source_profile", "")
    source_profiles.follow(profiles, seen[0], named_by=named_by)  # raises what is wrong on the way
    raise UsageError(
        f"{named_by}: [profile {printable(seen[0], limit=60)}] does not sign in through IAM Identity Center",
        hint=f"it needs a credential_process line of {lines.EXECUTABLE}, or sso_session, in {path}"
        f"{reader.without(named_by)}",
    )


def _of_section(section: configparser.SectionProxy) -> SessionReference | None:
    line = lines.options(section.get("credential_process", ""))
    named = SessionReference.of_options(line)
    if named.label:
        return named
    named = SessionReference.of_keys(section)
    return named if named.label else None
