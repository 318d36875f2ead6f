"""Report profiles that cannot run sso-credential-process: missing ones, and those without a line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from credential_process.checks import config_files, finding_kinds, profiles
from credential_process.checks.findings import Subject
from credential_process.config import profile_names
from credential_process.identifiers import closest
from credential_process.system import command_lines

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from credential_process.checks.findings import Finding
    from credential_process.checks.profiles import Profile


def missing(name: str, config: config_files.File, known: Collection[str]) -> Iterator[Finding]:
    """Report a profile that is not among the `known` ones: it has another title, or does not exist."""
    subject = Subject("profile", name)
    if name in config_files.unquoted(config):
        yield from profiles.name(profiles.Profile(name))
    elif config_files.without_prefix(config, name):
        yield finding_kinds.PROFILE_PREFIX.found(
            subject,
            f"the section [{name}] of {config.shown} lacks the word profile, so SDKs ignore it",
            fix=f"rename it to [profile {name}]",
        )
    elif config.problem is None:
        names = ", ".join(sorted(known))
        alike = closest(name, known)
        use = f"use {alike or 'one of them'}, or run " if known else ""
        yield finding_kinds.PROFILE_MISSING.found(
            subject,
            f"{config.shown} has no [profile {name}]"
            + (f"; it has: {names[:200]}" if known else ", and no other profile"),
            fix=f"{use}{_configure(name)}",
        )


def with_source(profile: Profile, source: str) -> Finding:
    """Report a profile that assumes a role with the credentials of the profile `source`."""
    return finding_kinds.SOURCE_PROFILE.found(
        profile.subject,
        f"it takes its credentials from the profile {source}: these SDKs do not support a line there",
        fix="for those, create a profile with a line that assumes the role: get … --assume-role-arn ARN",
    )


def in_circle(profile: Profile, chain: Collection[str]) -> Finding:
    """Report a profile whose ``source_profile`` leads back into the `chain` of profiles that led to it."""
    return finding_kinds.SOURCE_LOOP.found(
        profile.subject,
        f"its source_profile leads back to itself: {' -> '.join(chain)}",
        fix="give the last profile a credential_process line, and no source_profile",
    )


def native(profile: Profile) -> Finding:
    """Report a profile with ``sso_`` keys."""
    return finding_kinds.NATIVE_PROFILE.found(
        profile.subject,
        "SDKs use their own sign-in here, with sso_ keys; these cannot, and none calls sso-credential-process",
        fix="for those, make a profile with a line: sso-credential-process configure import",
    )


def empty(profile: Profile, credentials: str) -> Finding:
    """Report a profile with neither a line nor ``sso_`` keys; `credentials` is the path of that file to show."""
    where = "it has" if profile.config_titles else f"it is in {credentials} only, and has"
    return finding_kinds.NO_LINE.found(
        profile.subject,
        f"{where} no credential_process line, so SDKs never call sso-credential-process",
        fix=_configure(profile.name),
    )


def _configure(name: str) -> str:
    """Return the command that creates a profile of this name, or of a similar name that every SDK can read."""
    name = command_lines.HERE.quote(profile_names.acceptable(name))
    return f"sso-credential-process configure profile {name}"
