"""Read the role that a profile of ``~/.aws/config`` requests, as options of ``get``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from credential_process import warm
from credential_process.config import lines, reader
from credential_process.errors import UsageError, printable
from credential_process.session_reference import SessionReference

if TYPE_CHECKING:
    from collections.abc import Mapping

    Profile = Mapping[str, str]

_SESSION_KEYS = ("sso_start_url", "sso_region")


def of_sso_keys(profile: Profile, sessions: Mapping[str, Profile]) -> dict[str, str] | None:
    """Read a profile with ``sso_*`` keys; None if some are missing or contradict the ``[sso-session]``."""
    if not (profile.get("sso_account_id") and profile.get("sso_role_name")):
        return None
    session = SessionReference.of_keys(profile)
    if session.name:
        section = sessions.get(session.name, {})
        if any(profile.get(key, section.get(key)) != section.get(key) for key in _SESSION_KEYS):
            return None
    elif not (session.start_url and session.region):
        return None
    role = {"--account-id": profile["sso_account_id"], "--role-name": profile["sso_role_name"]}
    return {**session.options, **role}


def of_line(profile: Profile) -> dict[str, str] | None:
    """Read a profile with a managed line; None if the line runs another program, or `get` would refuse it."""
    words = lines.arguments(profile.get("credential_process", ""))
    if not words or words[0] != "get":
        return None
    try:
        return warm.split(words[1:])
    except ValueError:
        return None


def read(path: str, name: str, *, named_by: str = "--profile") -> tuple[dict[str, str], str]:
    """Read the options of a profile in the config file at `path`, and its region, which may be empty.

    `named_by` is the option or the variable that names it. Raises `UsageError` if there is no such profile, or it does
    not request a role.
    """
    profile = dict(reader.profiles_with(path, name, named_by=named_by)[name])
    sessions = {key: dict(section) for key, section in reader.sections(path, "sso-session").items()}
    # Like botocore: in a profile with both, the keys win.
    options = of_sso_keys(profile, sessions) or of_line(profile)
    if options is None:
        raise UsageError(
            f"{named_by}: [profile {printable(name, limit=60)}] does not request a role of IAM Identity Center",
            hint="it needs a credential_process line of sso-credential-process, or all sso_* keys"
            f"{reader.without(named_by)}",
        )
    return options, profile.get("region", "")
