"""What a profile of the config file has already, so that a command has to name only what it changes."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import click

from credential_process import warm
from credential_process.cli import named_role
from credential_process.config import forms, managed_profiles, profiles, reader, sessions
from credential_process.errors import UsageError
from credential_process.session_reference import SessionReference

if TYPE_CHECKING:
    from collections.abc import Mapping

    from credential_process.config.profiles import Line

_LINE = "credential_process"


class Existing(NamedTuple):
    """The line and the region of a profile; None and empty for what it does not have."""

    line: Line | None
    region: str

    @classmethod
    def read(cls, config: str, name: str) -> Existing:
        """Read a profile, which need not exist; raises `UsageError` if the file cannot be parsed."""
        section: Mapping[str, str] = reader.sections(config, "profile").get(name) or {}
        _, session = managed_profiles.marks(config).get(name, ("", ""))
        # A native profile that the user wrote is not completed: it would become a line.
        own = profiles.read_first_role(section.get(_LINE, ""))
        line = own or (forms.read(section) if session else None)
        if line and not line.session.name and session in sessions.names(config):
            line = replace(line, session=SessionReference(session))  # of the form with a start URL
        return cls(line, section.get("region", ""))

    def complete(
        self, session: SessionReference, role: dict[str, str]
    ) -> tuple[SessionReference, dict[str, str]]:
        """Return the session and the role to write, as options, where those that are given win over those of the line.

        With another session, another account without a role, or another tenant, nothing else of the line is meant.
        """
        line = self.line
        if line is None or (session.options and session != line.session):
            return session, role
        tenant_id = line.role.get(warm.TENANT)
        if "--account-id" in role or role.get(warm.TENANT, tenant_id) != tenant_id:
            return line.session, role
        return line.session, named_role.over(line.role, role)


def warn_of_keys(credentials: str, name: str) -> None:
    """Print a warning on stderr if the credentials file at this path has access keys for the profile."""
    with contextlib.suppress(UsageError):  # `check` reports a file that cannot be parsed
        if "aws_access_key_id" in reader.titled(credentials).get(name, {}):
            click.echo(
                f"Warning: [{name}] in {credentials} has access keys, which most SDKs use instead; remove them there",
                err=True,
            )
