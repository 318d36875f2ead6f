"""Native profiles, and those of aws-sso-util, into ours and back: the same account, role and settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from credential_process import names
from credential_process.config import profiles
from credential_process.config.profiles import Line
from credential_process.config.sections import merged

if TYPE_CHECKING:
    from collections.abc import Mapping

    from credential_process.config.sections import Section, Sections


def native_line(section: Section, sections: Sections) -> Line | None:
    """Give the line that asks for what a native profile stands for; None where it is none.

    A start URL becomes the ``[sso-session]`` that has it, if there is one.
    """
    options = section.options
    account_id, role_name = options.get("sso_account_id", ""), options.get("sso_role_name", "")
    if not names.is_account_id(account_id) or not names.is_role_name(role_name):
        return None
    if options.get("sso_session"):
        return Line((options["sso_session"], "", ""), account_id, role_name)
    start_url, region = options.get("sso_start_url", ""), options.get("sso_region", "")
    if not names.is_start_url(start_url) or not names.is_region(region):
        return None
    return Line(_session_at(start_url, region, sections), account_id, role_name)


def to_ours(section: Section, line: Line, executable: str, newline: str) -> str:
    """Write a native profile as one of ours."""
    return merged(
        section,
        profiles.mark(profiles.IMPORTED, line.label),
        {"credential_process": line.text(executable)},
        without=[key for key in section.options if profiles.is_sso(key)],
        newline=newline,
    )


def to_native(section: Section, line: Line, newline: str) -> str:
    """Write a profile of ours as a native one."""
    name, start_url, region = line.session
    session = {"sso_session": name} if name else {"sso_start_url": start_url, "sso_region": region}
    role = {"sso_account_id": line.account_id, "sso_role_name": line.role_name}
    return merged(
        section, "", {**session, **role}, without=("credential_process",), newline=newline
    )


def _session_at(start_url: str, region: str, sections: Sections) -> tuple[str, str, str]:
    wanted = (names.clean_start_url(start_url), region)
    for section in sections.all:
        options: Mapping[str, str] = section.options
        its = (names.clean_start_url(options.get("sso_start_url", "")), options.get("sso_region"))
        if section.title.startswith("sso-session ") and its == wanted:
            return section.title.removeprefix("sso-session "), "", ""
    return "", start_url, region
