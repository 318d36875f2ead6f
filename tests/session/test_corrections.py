"""What is corrected in the start URL and the region of a session that the service does not know."""

import pytest

from credential_process.config.sso_session import SsoSession
from credential_process.session import corrections

PORTAL = "https://d-1234567890.awsapps.com"
INSTANCE = "https://ssoins-72239c385425574d.portal.us-east-1.app.aws"
CHECK = "check the region us-east-1 and "


@pytest.mark.parametrize(
    ("name", "start_url", "region", "expected"),
    [
        ("corp", PORTAL, "us-east-1", f"set sso_start_url = {PORTAL}/start in [sso-session corp]"),
        ("", f"{PORTAL}/#/", "us-east-1", f"give --start-url {PORTAL}/start"),
        ("corp", INSTANCE, "eu-west-1", "set sso_region = us-east-1 in [sso-session corp]"),
        ("", INSTANCE, "eu-west-1", "give --sso-region us-east-1"),
        (
            "",
            f"{INSTANCE}/start",
            "eu-west-1",
            f"give --start-url {INSTANCE} --sso-region us-east-1",
        ),
        ("corp", f"{PORTAL}/start/", "us-east-1", f"{CHECK}{PORTAL}/start"),
        ("corp", "https://D-1234567890.awsapps.com/start", "us-east-1", CHECK),
        ("corp", INSTANCE, "us-east-1", f"{CHECK}{INSTANCE}"),
        ("corp", "https://eu-west-1.sso.example.com", "us-east-1", CHECK),
        ("corp", "https://portal/start", "us-east-1", f"{CHECK}https://portal/start"),
    ],
)
def test_a_hint_has_the_setting_that_is_wrong(
    name: str, start_url: str, region: str, expected: str
) -> None:
    """Users see the value at once; what may be correct is only to be checked."""
    assert corrections.hint(SsoSession(name, start_url, region)).startswith(expected)
