"""Which profiles of other tools can be converted, and for which role."""

import pytest

from credential_process.config.conversion import native_line
from credential_process.config.profiles import Line
from credential_process.config.sections import Sections
from credential_process.session_reference import SessionReference

NATIVE = """
[profile native]
sso_session = corp
sso_account_id = 111122220001
sso_role_name = Developer
"""
DEVELOPER = Line(SessionReference("corp"), "111122220001", "Developer")
AWS_VAULT = "credential_process = aws-vault export --format=json"
INCLUDED = """\
include_profile = base

[profile base]
sso_session = corp
sso_account_id = 111122220001
"""
OTHER_ROLE = "role_arn = arn:aws:iam::111122220002:role/Other"


def line_of(text: str) -> Line | None:
    """Return the line that `[profile odd]` is converted to in a config with this text."""
    sections = Sections(text + NATIVE, "config")
    (section,) = [each for each in sections.all if each.profile == "odd"]
    return native_line(section, sections)


@pytest.mark.parametrize(
    "line",
    [
        "aws-vault export --format=json native",
        "aws-vault --prompt=terminal export --no-session --format=json native",
        "/usr/local/bin/aws-vault exec native --json",
        "granted credential-process --profile native --auto-login",
        "C:/granted/granted.exe credential-process --profile native",
        "aws-sso-util credential-process --profile=native",
        "aws configure export-credentials --profile native --format process",
    ],
)
def test_a_line_of_another_tool_is_converted_to_the_profile_that_it_names(line: str) -> None:
    """These are the lines in the documentation of each tool."""
    assert line_of(f"[profile odd]\ncredential_process = {line}\n") == DEVELOPER


@pytest.mark.parametrize(
    "text",
    [
        "[profile odd]\ninclude_profile = native\n",
        f"[profile odd]\nsso_role_name = Developer\n{INCLUDED}",
        f"[profile odd]\n{AWS_VAULT} middle\n\n[profile middle]\ninclude_profile = native\n",
    ],
    ids=["all", "a part", "in two steps"],
)
def test_keys_that_a_profile_of_aws_vault_includes_are_read(text: str) -> None:
    """Only AWS Vault knows `include_profile`; no SDK finds the role of such a profile."""
    assert line_of(text) == DEVELOPER


@pytest.mark.parametrize(
    "text",
    [
        f"[profile odd]\n{AWS_VAULT} odd\n",
        f"[profile odd]\n{AWS_VAULT} nowhere\n",
        "[profile odd]\ncredential_process = /opt/vault export --format=json native\n",
        f"[profile odd]\n{AWS_VAULT} 'native\n",
        "[profile odd]\ncredential_process =\n",
        "[profile odd]\ninclude_profile = b\n\n[profile b]\ninclude_profile = odd\n",
        f"[profile odd]\ninclude_profile = native\n{OTHER_ROLE}\n",
        f"[profile odd]\n{AWS_VAULT} b\n\n[profile b]\ninclude_profile = native\n{OTHER_ROLE}\n",
    ],
    ids=["itself", "nobody", "unknown", "quotation", "empty", "circle", "second", "named second"],
)
def test_a_profile_that_may_mean_another_role_is_not_converted(text: str) -> None:
    """If it were converted by mistake, users would get credentials of another role than they asked for."""
    assert line_of(text) is None


def test_the_role_in_a_profile_takes_precedence_over_that_of_its_line() -> None:
    """The SDKs that support native profiles do the same."""
    text = f"[profile odd]\n{NATIVE.partition(']')[2].replace('Developer', 'Viewer')}{AWS_VAULT} native\n"
    assert line_of(text) == Line(SessionReference("corp"), "111122220001", "Viewer")
