"""Write ``[sso-session]`` sections into the config file."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from credential_process.config.section_text import new_section

if TYPE_CHECKING:
    from credential_process.config.sections import Sections
    from credential_process.config.sso_session import SsoSession


def text(session: SsoSession, comment: str = "", newline: str = "\n") -> str:
    """Return the text of the section of a named session."""
    return new_section(_title(session), comment, session.keys, newline)


def add(sections: Sections, session: SsoSession, comment: str = "") -> None:
    """Add the section of a session, unless it exists already or the session has no name."""
    if session.name and all(session.name != each.session for each in sections.all):
        sections.add(_title(session), text(session, comment, sections.newline))


def _title(session: SsoSession) -> str:
    return f"sso-session {shlex.quote(session.name)}"
