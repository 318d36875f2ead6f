"""Other keys in a profile, and its file and title: one broken profile for each finding."""

from collections.abc import Mapping

import pytest

from credential_process.checks import profiles
from credential_process.checks.profiles import Profile

LINE = {"credential_process": "/bin/sso-credential-process get"}
TITLES = ("profile dev",)
KEYS = {"aws_access_key_id": "AKIA", "aws_secret_access_key": "secret"}


def codes(profile: Profile, *, others_have_copies: bool = False) -> list[str]:
    """Return the codes of all findings about a profile."""
    paths = "~/.aws/config", "~/.aws/credentials"
    found = profiles.check(profile, *paths, others_have_copies=others_have_copies)
    return [finding.kind.code for finding in found]


def test_a_managed_profile_has_no_finding() -> None:
    """Users stop running a check that reports false problems."""
    options = {**LINE, "region": "eu-west-1", "output": "json"}
    assert codes(Profile("dev", TITLES, options)) == []
    assert codes(Profile("dev", TITLES, options, ("dev",), LINE), others_have_copies=True) == []


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"sso_session": "corp"}, "sso-keys"),
        ({"sso_session": "corp", "sso_account_id": "1", "sso_role_name": "a"}, "sso-keys"),
        (dict.fromkeys(["sso_start_url", "sso_region", "sso_account_id", "sso_role_name"], "a"), "sso-keys"),
        ({"login_session": "arn:aws:sts::1:assumed-role/a"}, "sso-keys"),
        ({"sso_account_id": "1", "sso_role_name": "a"}, "sso-keys-partial"),
        ({"role_arn": "arn:aws:iam::1:role/a"}, "role-keys"),
        ({"credential_source": "Environment"}, "role-keys"),
        ({"web_identity_token_file": "/token"}, "role-keys"),
        (KEYS, "keys-in-config"),
    ],
)  # fmt: skip
def test_one_key_beside_the_line_is_enough(options: Mapping[str, str], code: str) -> None:
    """SDKs then use it, or fail, without mentioning the line."""
    assert codes(Profile("dev", TITLES, {**LINE, **options}, ("dev",), LINE)) == [code]


def test_old_keys_in_the_credentials_file_are_found() -> None:
    """Users forget this file, and most SDKs read it first."""
    profile = Profile("dev", TITLES, LINE, ("dev",), {**LINE, **KEYS})
    assert codes(profile) == ["keys-in-credentials"]


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("my dev", ["profile-name-blanks"]),
        ("dév", ["profile-name-letters"]),
        ("日本", ["profile-name-letters"]),
        ("dev:x", []),
        ("dev/x", []),
        ("dev@x+y", []),
    ],
)
def test_a_name_that_some_sdks_do_not_find(name: str, found: list[str]) -> None:
    """Their users read that the profile does not exist, and see it in the file."""
    assert codes(Profile(name, (f'profile "{name}"',), LINE, (name,), LINE)) == found


@pytest.mark.parametrize(
    ("titles", "code"),
    [
        (("default", "profile default"), ["default-twice"]),
        (("default",), ["default-form"]),
        (("profile default",), []),
    ],
)
def test_the_default_profile_has_two_spellings(titles: tuple[str, ...], code: list[str]) -> None:
    """PHP knows only one of them, and if both are there, SDKs differ in which they read."""
    assert codes(Profile("default", titles, LINE, ("default",), LINE)) == code


def test_the_word_profile_does_not_belong_into_the_credentials_file() -> None:
    """The two files differ in this, and no SDK finds such a section."""
    profile = Profile("dev", TITLES, LINE, ("profile dev",), LINE)
    assert codes(profile) == ["credentials-prefix"]


@pytest.mark.parametrize(
    ("config", "credentials", "code"),
    [(LINE, {}, "config-only"), ({}, LINE, "credentials-only")],
)
def test_a_line_in_one_file_is_not_seen_by_all(
    config: Mapping[str, str], credentials: Mapping[str, str], code: str
) -> None:
    """Some SDKs read only one of the files, others look for lines only in the other."""
    profile = Profile("dev", TITLES, config, ("dev",), credentials)
    assert codes(profile, others_have_copies=True) == [code]


def test_certificates_in_the_profile_are_not_used_for_the_sign_in() -> None:
    """Behind a proxy that inspects TLS, the SDKs would work, but not the sign-in."""
    (finding,) = profiles.ca_bundle(Profile("dev", TITLES, {**LINE, "ca_bundle": "/ca"}), "config")
    assert finding.kind.code == "ca-bundle-ignored"
