"""What a profile of the config file has already, so that a command has to name only what it changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from credential_process.config import profiles, reader

if TYPE_CHECKING:
    from collections.abc import Mapping

    from credential_process.config.profiles import Line
    from credential_process.session_reference import SessionReference


class Existing(NamedTuple):
    """The line and the region of a profile; None and empty for what it does not have."""

    line: Line | None
    region: str

    @classmethod
    def read(cls, config: str, name: str) -> Existing:
        """Read a profile, which need not exist; raises `UsageError` if the file cannot be parsed."""
        section: Mapping[str, str] = reader.sections(config, "profile").get(name) or {}
        line = profiles.read_line(section.get("credential_process", ""))
        return cls(line, section.get("region", ""))

    def complete(
        self, session: SessionReference, account_id: str | None, role_name: str | None
    ) -> tuple[SessionReference, str | None, str | None]:
        """Return the session, account and role to write, where those that are given win over those of the line.

        With another session, or another account without a role, nothing else of the line is meant.
        """
        line = self.line
        if line is None or (session.options and session != line.session):
            return session, account_id, role_name
        if account_id is None:
            account_id, role_name = line.account_id, role_name or line.role_name
        return line.session, account_id, role_name
