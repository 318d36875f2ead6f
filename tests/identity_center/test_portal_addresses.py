"""The start URL in whatever address of the access portal users have at hand."""

import pytest

from credential_process.errors import UsageError
from credential_process.identity_center import portal_addresses
from credential_process.identity_center.start_urls import is_owned, region_of

START = "https://d-1234567890.awsapps.com/start"
CONSOLE = "https://eu-west-1.console.aws.amazon.com/singlesignon/home"
OLD_CONSOLE = "https://console.aws.amazon.com/singlesignon/home"
DUAL_STACK = "https://ssoins-72239c385425574d.portal.eu-west-1.app.aws"
GOVERNMENT = "https://start.us-gov-west-1.us-gov-home.awsapps.com/directory/d-1234567890"
CHINA = "https://start.home.awsapps.cn/directory/d-1234567890"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (START, (START, "")),
        ("d-1234567890.awsapps.com/start", (START, "")),
        ("d-1234567890.awsapps.com", (START, "")),
        ("d-1234567890", (START, "")),
        ("http://D-1234567890.awsapps.com/", (START, "")),
        (" <https://d-1234567890.awsapps.com/start/#/?tab=accounts> ", (START, "")),
        ("https://d-1234567890.awsapps.com/login/?workflow=a://b", (START, "")),
        (f"{START}/#/console?account_id=111122220001&role_name=Developer", (START, "")),
        ("acme.awsapps.com/start", ("https://acme.awsapps.com/start", "")),
        ("https://eu-west-1.signin.aws/platform/d-1234567890/login?a=b", (START, "eu-west-1")),
        (f"{DUAL_STACK}/#/?tab=accounts", (DUAL_STACK, "eu-west-1")),
        (
            "ssoins-72239c385425574d.eu-west-1.portal.amazonaws.com/",
            ("https://ssoins-72239c385425574d.eu-west-1.portal.amazonaws.com", "eu-west-1"),
        ),
        (
            f"{CONSOLE}?tab=a&region=eu-west-1#!/instances/72239c385425574d/dashboard",
            (DUAL_STACK, "eu-west-1"),
        ),
        (
            f"{OLD_CONSOLE}?region=eu-west-1#/instances/72239c385425574d/users",
            (DUAL_STACK, "eu-west-1"),
        ),
        (GOVERNMENT, (GOVERNMENT, "us-gov-west-1")),
        (CHINA, (CHINA, "")),
        ("sso.example.com", ("https://sso.example.com", "")),
        ("https://sso.example.com:8443/aws/?a=b", ("https://sso.example.com:8443/aws", "")),
    ],
)
def test_an_address_leads_to_the_start_url(text: str, expected: tuple[str, str]) -> None:
    """Wikis, emails and browsers all show another one, and AWS accepts only one of them."""
    assert portal_addresses.find(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "corp",
        "a b.com",
        "ftp://sso.example.com",
        "https://",
        "https://é.com",
        "sso.example.com\x1b",
    ],
)
def test_what_is_not_an_address_is_refused(text: str) -> None:
    """A name that was typed in place of the start URL would lead to a sign-in that fails."""
    with pytest.raises(UsageError, match="is not a start URL; give the AWS access portal URL"):
        portal_addresses.find(text)


@pytest.mark.parametrize(
    "text",
    [
        "https://eu-west-1.console.aws.amazon.com/console/home?region=eu-west-1",
        "https://111122220001.signin.aws.amazon.com/console",
        "https://eu-west-1.signin.aws/platform/login?workflowStateHandle=1",
        "https://console.amazonaws-us-gov.com/",
        f"{OLD_CONSOLE}#/instances/72239c385425574d/",
    ],
)
def test_the_console_is_not_the_portal(text: str) -> None:
    """AWS answers a sign-in there with an error that explains nothing."""
    with pytest.raises(UsageError, match="is the AWS console, not the access portal"):
        portal_addresses.find(text)


@pytest.mark.parametrize("text", [START, DUAL_STACK, GOVERNMENT, CHINA])
def test_a_start_url_stays_as_it_is(text: str) -> None:
    """The examples are addresses of AWS, and finding them twice changes nothing."""
    start_url, region = portal_addresses.find(text)
    assert (start_url, region, is_owned(start_url)) == (text, region_of(text), True)
