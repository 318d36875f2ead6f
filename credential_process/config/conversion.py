"""Convert native profiles, and those of other tools, to `credential_process` profiles and back.

Account, role and settings stay the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from credential_process import identifiers
from credential_process.config import forms, profiles
from credential_process.config.profiles import CONFIGURED, IMPORTED, POPULATED, Line
from credential_process.config.section_text import merged
from credential_process.session_reference import SessionReference
from credential_process.system import command_lines

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from credential_process.config.sections import Section, Sections
    from credential_process.system.command_lines import Syntax

_INCLUDE = "include_profile"  # AWS Vault's key, which would bring the sso_ keys back
# Lines of these tools name the profile with the sso_ keys: `aws-vault export --format=json dev`.
_TOOLS = frozenset({"aws", "aws-sso-util", "aws-vault", "dgranted", "granted"})


def native_line(
    section: Section, sections: Sections, syntax: Syntax = command_lines.HERE
) -> Line | None:
    """Return the line that requests the role of a native profile; None if the profile is not native.

    A start URL is replaced by the ``[sso-session]`` that has it, if there is one.
    """
    options = _options(section, sections, syntax)
    account_id, role_name = options.get("sso_account_id", ""), options.get("sso_role_name", "")
    if not identifiers.is_account_id(account_id) or not identifiers.is_role_name(role_name):
        return None
    if any(map(profiles.is_credential, options)):
        return None
    session = SessionReference.of_keys(options)
    if not session.name:
        if not identifiers.is_start_url(session.start_url) or not identifiers.is_region(
            session.region
        ):
            return None
        session = _session_at(session, sections)
    return Line(session, account_id, role_name)


def to_managed(section: Section, line: Line, executable: str, newline: str) -> str:
    """Return a native profile as a managed one."""
    former = section.options.get("credential_process", "")
    return merged(
        section,
        _kept_mark(section) or profiles.mark(IMPORTED, line.label),
        {"credential_process": line.text(executable, former)},
        without=[key for key in section.options if profiles.is_sso(key) or key == _INCLUDE],
        newline=newline,
    )


def to_native(section: Section, line: Line, newline: str) -> str:
    """Return a managed profile as a native one."""
    return merged(
        section,
        _kept_mark(section),
        forms.native_keys(line),
        without=("credential_process",),
        newline=newline,
    )


def _kept_mark(section: Section) -> str:
    """Return the mark of a profile that `populate` or `profile` added: they continue to manage it in either form."""
    origin, label = section.mark
    return profiles.mark(origin, label) if origin in {POPULATED, CONFIGURED} else ""


def _options(
    section: Section, sections: Sections, syntax: Syntax, seen: Collection[str] = ()
) -> Mapping[str, str]:
    """Return the options of a native profile, including those of the profiles that it refers to."""
    # Granted prefixes the keys with its name, so that SDKs ignore them.
    own = {key.removeprefix("granted_"): value for key, value in section.options.items()}
    named = {own.get(_INCLUDE, "")}
    if "sso_account_id" not in own:
        named.update(_words(own.get("credential_process", ""), syntax))
    named.discard("")
    taken: dict[str, str] = {}
    # Most refer to none: a search through all profiles for each of 50,000 takes a quarter of an hour.
    for other in sections.all if named else ():
        if other.profile in named and other.title not in {section.title, *seen}:
            line = profiles.read_line(other.options.get("credential_process", ""), syntax)
            others = _options(other, sections, syntax, (*seen, section.title))
            has_native = line is not None and line.access is None
            taken.update(forms.native_keys(line) if line and has_native else others)
    return {**taken, **own}


def _words(line: str, syntax: Syntax) -> list[str]:
    """Return the words of another tool's line that may name a profile, also from ``--profile=dev``."""
    try:
        executable, *words = syntax.split(line) or [""]
    except ValueError:
        return []
    # Also on Linux under Windows, which can run programs of Windows.
    executable = executable.removesuffix(".exe")
    is_known = any(syntax.names(executable, tool) for tool in _TOOLS)
    return [word.rpartition("=")[2] for word in words] if is_known else []


def _session_at(session: SessionReference, sections: Sections) -> SessionReference:
    """Return the ``[sso-session]`` that has this start URL and region, if there is one."""
    wanted = (identifiers.clean_start_url(session.start_url), session.region)
    for section in sections.all:
        if section.session:
            found = SessionReference.of_keys(section.options)
            if (identifiers.clean_start_url(found.start_url), found.region) == wanted:
                return SessionReference(section.session)
    return session
