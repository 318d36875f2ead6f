"""Check one profile: the keys beside its line, and the file and title of its section."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from credential_process.checks import finding_kinds
from credential_process.checks.findings import Finding, Subject
from credential_process.config import forms, profile_names
from credential_process.config.profiles import section_title
from credential_process.system import advice

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_LINE = "credential_process"
_STATIC = ("aws_access_key_id", "aws_secret_access_key", "aws_session_token")
_ROLE = ("role_arn", "credential_source", "web_identity_token_file")
_LEGACY = {"sso_start_url", "sso_region", "sso_account_id", "sso_role_name"}


@dataclass(frozen=True, slots=True)
class Profile:
    """A profile in the two files: the titles of its sections, their options, and whether `configure` wrote it."""

    name: str
    config_titles: tuple[str, ...] = ()
    config: Mapping[str, str] = field(default_factory=dict, repr=False)
    credentials_titles: tuple[str, ...] = ()
    credentials: Mapping[str, str] = field(default_factory=dict, repr=False)
    is_marked: bool = False

    @property
    def line(self) -> str:
        """The command that SDKs start; empty if there is none."""
        return self.config.get(_LINE) or self.credentials.get(_LINE, "")

    @property
    def is_native(self) -> bool:
        """Whether `configure` wrote it with keys that SDKs read themselves."""
        return self.is_marked and forms.of(self.config) != "line"

    @property
    def subject(self) -> Subject:
        """The subject of its findings."""
        return Subject("profile", self.name)


def check(
    profile: Profile, config: str, credentials: str, *, others_have_copies: bool
) -> Iterator[Finding]:
    """Run all checks of a profile with a line; `config` and `credentials` are the paths to show.

    `others_have_copies` is whether the credentials file has the line of any other profile.
    """
    yield from name(profile)
    yield from sso_keys(profile, config)
    yield from role_keys(profile, config)
    yield from static_keys(profile, config, credentials)
    yield from titles(profile, config, credentials)
    yield from file(profile, credentials, others_have_copies=others_have_copies)


def name(profile: Profile) -> Iterator[Finding]:
    """Find names that some SDKs read differently, or not at all."""
    title = section_title(profile_names.acceptable(profile.name))
    if any(letter.isspace() for letter in profile.name):
        yield finding_kinds.PROFILE_BLANKS.found(
            profile.subject,
            "the name has blanks: in quotation marks, only boto3, the AWS CLI and the CRT find the profile; "
            "without them, only Go and the CRT",
            fix=f"call the section [{title}]",
        )
    elif not profile.name.isascii():
        yield finding_kinds.PROFILE_LETTERS.found(
            profile.subject,
            "the name has non-ASCII letters: these SDKs do not find the profile",
            fix=f"for those, call the section [{title}]",
        )


def sso_keys(profile: Profile, config: str) -> Iterator[Finding]:
    """Find the keys that make SDKs use their own sign-in, or fail, without starting the line."""
    keys = sorted(key for key in profile.config if key.startswith("sso_") or key == "login_session")
    if not keys:
        return
    whole = set(keys) >= _LEGACY or set(keys) & {"sso_session", "login_session"}
    kind = finding_kinds.SSO_KEYS if whole else finding_kinds.SSO_KEYS_PARTIAL
    effect = "use their own sign-in" if whole else "miss the other sso_ keys and fail"
    yield kind.found(
        profile.subject,
        f"{', '.join(keys)} beside the line: these SDKs {effect}, and never start the line",
        fix=f"remove {', '.join(keys)} from the profile in {config}",
    )


def role_keys(profile: Profile, config: str) -> Iterator[Finding]:
    """Find the keys of another way to get credentials, which takes precedence or conflicts."""
    keys = [key for key in _ROLE if key in profile.config]
    if keys:
        yield finding_kinds.ROLE_KEYS.found(
            profile.subject,
            f"{', '.join(keys)} beside the line: SDKs use them to assume another role, or fail",
            fix=f"move them from {config} into another profile, with source_profile = {profile.name}",
        )


def static_keys(profile: Profile, config: str, credentials: str) -> Iterator[Finding]:
    """Find access keys, which most SDKs prefer to the line."""
    for options, place, kind in (
        (profile.credentials, credentials, finding_kinds.KEYS_IN_CREDENTIALS),
        (profile.config, config, finding_kinds.KEYS_IN_CONFIG),
    ):
        keys = [key for key in _STATIC if key in options]
        if keys:
            yield kind.found(
                profile.subject,
                f"access keys for the same profile in {place}: these SDKs use them, and never start the line",
                fix=f"remove {', '.join(keys)} from the profile in {place}",
            )


def titles(profile: Profile, config: str, credentials: str) -> Iterator[Finding]:
    """Find sections whose title only some SDKs read as this profile."""
    if {"default", "profile default"} <= set(profile.config_titles):
        yield finding_kinds.DEFAULT_TWICE.found(
            profile.subject,
            f"{config} has both [default] and [profile default]: some SDKs read one, some the other",
            fix="merge them into one section, [default]",
        )
    elif profile.config_titles == ("default",):
        yield finding_kinds.DEFAULT_FORM.found(
            profile.subject,
            f"the section is [default] in {config}: PHP looks for the line under [profile default] only",
            fix="for PHP, rename the section to [profile default]",
        )
    if any(title.startswith("profile ") for title in profile.credentials_titles):
        yield finding_kinds.CREDENTIALS_PREFIX.found(
            profile.subject,
            f"[profile {profile.name}] in {credentials}: sections there lack the word profile, so no SDK reads it",
            fix=f"rename the section to [{profile.name}], or remove it",
        )


def file(profile: Profile, credentials: str, *, others_have_copies: bool) -> Iterator[Finding]:
    """Report which SDKs never read the file that the line is in.

    A line in the config file alone is as it should be, unless the user has one of the tools that need a copy.
    """
    if _LINE not in profile.credentials:
        if not others_have_copies:
            return
        yield finding_kinds.CONFIG_ONLY.found(
            profile.subject,
            f"the line is not in {credentials}, unlike that of other profiles: these read no other file",
            fix=f"for those, copy the line into the section of the profile in {credentials}",
        )
    elif _LINE not in profile.config:
        yield finding_kinds.CREDENTIALS_ONLY.found(
            profile.subject,
            f"the line is in {credentials} only, where C++ programs, the CRT and GDAL do not look for it",
            fix="for those, copy the line into the section of the profile in the config file",
        )


def ca_bundle(profile: Profile, config: str) -> Iterator[Finding]:
    """Find certificates that the SDKs use and the sign-in does not."""
    if "ca_bundle" in profile.config:
        yield finding_kinds.CA_BUNDLE_IGNORED.found(
            profile.subject,
            f"ca_bundle in {config} applies to the SDKs only: signing in reads AWS_CA_BUNDLE",
            fix=advice.set_variable("AWS_CA_BUNDLE", profile.config["ca_bundle"]),
        )
