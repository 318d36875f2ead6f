"""Complete the names of sessions and profiles in the config file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from credential_process import paths
from credential_process.config import machine_config, reader
from credential_process.errors import CredentialProcessError

if TYPE_CHECKING:
    import click


def sessions(_: click.Context, __: click.Parameter, incomplete: str) -> list[str]:
    """Complete the name of an SSO session."""
    return _names("sso-session", incomplete)


def sessions_and_profiles(_: click.Context, __: click.Parameter, incomplete: str) -> list[str]:
    """Complete the name of an SSO session or of a profile."""
    found = _names("sso-session", incomplete) + _names("profile", incomplete)
    return sorted(set(found))


def profiles(_: click.Context, __: click.Parameter, incomplete: str) -> list[str]:
    """Complete the name of a profile."""
    return _names("profile", incomplete)


def _names(kind: str, incomplete: str) -> list[str]:
    try:
        found = set(reader.sections(paths.config_file(), kind))
        if kind == "sso-session":
            found |= set(machine_config.look().sessions)
    except CredentialProcessError:
        return []  # an error message would interrupt the line that the user types
    return sorted(name for name in found if name.startswith(incomplete))
