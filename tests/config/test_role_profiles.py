"""Which role a profile asks for, as a table of cases."""

import pytest

from credential_process.config import role_profiles

ROLE = {"sso_account_id": "111122220001", "sso_role_name": "Developer"}
OPTIONS = {"--account-id": "111122220001", "--role-name": "Developer"}
PORTAL = {"sso_start_url": "https://d-1.awsapps.com/start", "sso_region": "us-east-1"}
GET = "/bin/sso-credential-process get"


@pytest.mark.parametrize(
    ("profile", "options"),
    [
        ({}, None),
        (ROLE, None),
        ({**PORTAL, "sso_account_id": "111122220001"}, None),
        ({**ROLE, "sso_start_url": PORTAL["sso_start_url"]}, None),
        (
            {**ROLE, **PORTAL},
            {
                "--start-url": PORTAL["sso_start_url"],
                "--sso-region": PORTAL["sso_region"],
                **OPTIONS,
            },
        ),
        ({**ROLE, "sso_session": "corp"}, {"--sso-session": "corp", **OPTIONS}),
        ({**ROLE, **PORTAL, "sso_session": "corp"}, {"--sso-session": "corp", **OPTIONS}),
        ({**ROLE, "sso_region": "eu-west-1", "sso_session": "corp"}, None),
        ({**ROLE, "sso_session": "unknown"}, {"--sso-session": "unknown", **OPTIONS}),
    ],
)
def test_sso_keys_are_read_as_botocore_reads_them(
    profile: dict[str, str], options: dict[str, str] | None
) -> None:
    """If botocore reports an error, so it shall: its message names the key."""
    assert role_profiles.of_sso_keys(profile, {"corp": PORTAL}) == options


@pytest.mark.parametrize(
    ("line", "options"),
    [
        ("", None),
        ("/bin/other get --sso-session corp", None),
        ("/bin/sso-credential-process status", None),
        (f"{GET} --sso-session 'corp", None),
        (f"{GET} --no-such-option", None),
        (f"{GET} --sso-session 'two words' --no-login", {"--sso-session": "two words", "--no-login": "yes"}),
    ],
)  # fmt: skip
def test_a_managed_line_is_read_as_get_reads_it(line: str, options: dict[str, str] | None) -> None:
    """Botocore runs all other lines, and a line with a mistake too: `get` reports what is wrong."""
    assert role_profiles.of_line({"credential_process": line}) == options
