"""Follow ``source_profile`` from a profile that assumes a role to the one that the first credentials come from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from credential_process.errors import UsageError, printable
from credential_process.stores.role_chain import DEFAULT_SESSION_NAME, AssumedRole

if TYPE_CHECKING:
    from collections.abc import Mapping

    Profile = Mapping[str, str]


def follow(
    profiles: Mapping[str, Profile], name: str, *, named_by: str
) -> tuple[str, list[AssumedRole]]:
    """Return the profile that the first credentials come from, and the roles to assume, in this order.

    Without ``role_arn`` that is the profile itself, and no role. Raises `UsageError` for a chain that leads back to
    itself or nowhere, and for one that needs an MFA code.
    """
    assumed: list[AssumedRole] = []
    seen: list[str] = []
    while profiles[name].get("role_arn") and not _is_by_itself(profiles[name]):
        seen.append(name)
        assumed.insert(0, _role(profiles[name], name, named_by))
        source = profiles[name].get("source_profile", "")
        if source in seen:
            chain = " -> ".join(printable(each, limit=30) for each in (*seen, source))
            raise UsageError(
                f"{named_by}: the source_profile of the roles leads back to itself: {chain}",
                hint="the last profile needs a credential_process line and no role_arn",
            )
        if source not in profiles:
            raise UsageError(
                f"{named_by}: the source_profile {printable(source, limit=60)!r} of [profile "
                f"{printable(name, limit=60)}] does not exist",
                hint="name a profile with a credential_process line",
            )
        name = source
    return name, assumed


def _is_by_itself(profile: Profile) -> bool:
    """Return whether a profile gets its credentials itself: its role is that of another source, which SDKs use."""
    return "source_profile" not in profile and "credential_process" in profile


def _role(profile: Profile, name: str, named_by: str) -> AssumedRole:
    shown = printable(name, limit=60)
    if "mfa_serial" in profile:
        raise UsageError(
            f"{named_by}: [profile {shown}] has mfa_serial, but there is no prompt for MFA codes here",
            hint="remove it, or use the AWS CLI; the sign-in to IAM Identity Center can require MFA",
        )
    if "source_profile" not in profile:
        raise UsageError(
            f"{named_by}: [profile {shown}] has role_arn, but no source_profile",
            hint="name a profile with a credential_process line there",
        )
    return AssumedRole(
        profile["role_arn"],
        profile.get("role_session_name") or DEFAULT_SESSION_NAME,
        profile.get("duration_seconds", ""),
        profile.get("external_id", ""),
    )
