"""Read the role that a profile of ``~/.aws/config`` requests, as options of ``get``.

A profile with ``role_arn`` and ``source_profile`` requests a role that is assumed with that of the other profile:
https://docs.aws.amazon.com/sdkref/latest/guide/feature-assume-role-credentials.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from credential_process import warm
from credential_process.config import lines, reader, source_profiles
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
    profiles = reader.profiles_with(path, name, named_by=named_by)
    sessions = {key: dict(section) for key, section in reader.sections(path, "sso-session").items()}
    source, assumed = source_profiles.follow(profiles, name, named_by=named_by)
    # Like botocore: in a profile with both, the keys win.
    options = of_sso_keys(profiles[source], sessions) or of_line(profiles[source])
    if options is None:
        raise UsageError(
            f"{named_by}: [profile {printable(source, limit=60)}] does not request a role of IAM Identity Center",
            hint="it needs a credential_process line of sso-credential-process, or all sso_* keys"
            f"{reader.without(named_by)}",
        )
    if assumed:
        options[warm.CHAIN] = options.get(warm.CHAIN, "") + "".join(role.text for role in assumed)
    return options, profiles[name].get("region", "")
