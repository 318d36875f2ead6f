"""Sessions: tokens, clocks, regions and roles."""

import sys

import pytest

from credential_process.checks import sessions
from credential_process.checks.findings import Fact, Finding, Subject
from credential_process.checks.sessions import SignIn
from credential_process.config.sso_session import SsoSession
from credential_process.stores.token_cache import Registration, Token

URL, REGION, NOW = "https://d-1234567890.awsapps.com/start", "us-east-1", 1_000_000
SESSION = SsoSession(name="corp", start_url=URL, region=REGION)
SUBJECT = Subject("profile", "dev")


def token(*, seconds: int, refresh_token: str = "") -> Token:
    """Make a token with this lifetime."""
    registration = Registration(client_id="id", client_secret="secret", expires_at=NOW + 9999)
    return Token(URL, REGION, "access", NOW + seconds, registration, refresh_token)


def said(found: list[Finding | Fact]) -> str:
    """Return the code of the only finding, or the only fact."""
    (only,) = found
    return only.kind.code if isinstance(only, Finding) else only.message


@pytest.mark.parametrize(
    ("state", "what"),
    [
        (SignIn(SESSION, NOW), "sign-in-needed"),
        (SignIn(SESSION, NOW, token(seconds=-9)), "sign-in-needed"),
        (SignIn(SESSION, NOW, None, (URL, REGION)), "sign-in-needed"),
        (SignIn(SESSION, NOW, None, (f"{URL}/#/", REGION)), "sign-in-needed"),
        (SignIn(SESSION, NOW, None, (URL, "eu-west-1")), "token-elsewhere"),
        (SignIn(SESSION, NOW, None, ("https://other.awsapps.com/start", REGION)), "token-elsewhere"),
        (
            SignIn(SESSION, NOW, token(seconds=-9, refresh_token="refresh")),
            "the token has expired; it renews at its next use",
        ),
        (
            SignIn(SESSION, NOW, token(seconds=-9, refresh_token="refresh"), is_open=True),
            "sign-in-needed",
        ),
        (
            SignIn(SESSION, NOW, token(seconds=-9, refresh_token="refresh"), has_failed=True),
            "sign-in-needed",
        ),
    ],
)  # fmt: skip
def test_the_token_decides(state: SignIn, what: str) -> None:
    """It shows whether a sign-in is needed, and whether signing in would help at all."""
    assert said(list(sessions.sign_in(state))) == what


@pytest.mark.parametrize(
    ("refresh_token", "what"), [("refresh", "renews automatically"), ("", "cannot be renewed")]
)
def test_a_valid_token_shows_whether_it_can_be_refreshed(refresh_token: str, what: str) -> None:
    """The user of a job that runs overnight must know whether the token can be refreshed."""
    state = SignIn(SESSION, NOW, token(seconds=3600, refresh_token=refresh_token))
    assert f"then the token {what}" in said(list(sessions.sign_in(state)))


@pytest.mark.parametrize(
    ("name", "start_url", "codes"),
    [
        ("corp", URL, []),
        ("corp", "https://ssoins-1.portal.us-east-1.app.aws", []),
        ("corp", "https://ssoins-1.portal.eu-west-1.app.aws", ["start-url-region"]),
        ("", URL, ["start-url-token"]),
    ],
)
def test_start_urls_can_name_their_region(name: str, start_url: str, codes: list[str]) -> None:
    """In the wrong region the service knows neither the client nor the token."""
    found = sessions.start_url(SsoSession(name=name, start_url=start_url, region=REGION))
    assert [finding.kind.code for finding in found] == codes


@pytest.mark.parametrize(
    ("browser", "codes"),
    [
        ("auto", []),
        ("never", []),
        (f'"{sys.executable}" -m work', []),
        ("/nonexistent/firefox -P work", ["session-browser"]),
    ],
)
def test_a_browser_that_does_not_exist_is_found(browser: str, codes: list[str]) -> None:
    """A program without a terminal can ask no user then."""
    session = SsoSession(name="corp", start_url=URL, region=REGION, browser=browser)
    assert [finding.kind.code for finding in sessions.browser(session)] == codes


@pytest.mark.parametrize(("seconds", "is_found"), [(0, False), (-59, False), (61, True), (-7200, True)])  # fmt: skip
def test_a_clock_that_is_a_minute_off_is_found(seconds: float, *, is_found: bool) -> None:
    """The clock of a laptop that slept may be hours off, and messages about signatures mention no clock."""
    (found,) = sessions.clock(SESSION, seconds)
    assert isinstance(found, Finding) == is_found


@pytest.mark.parametrize(
    ("assigned", "fix"),
    [
        ([], "use another role, or ask your administrator for this one"),
        (["developer"], "write developer in the line, or ask your administrator for this one"),
        (
            ["Devloper", "Billing"],
            "write Devloper in the line, or ask your administrator for this one",
        ),
    ],
)
def test_a_role_that_is_not_assigned_is_found(assigned: list[str], fix: str) -> None:
    """Usually a letter is missing, or has the wrong case."""
    (found,) = sessions.roles(SUBJECT, "123456789012", "Developer", assigned)
    assert isinstance(found, Finding)
    assert (found.kind.code, found.fix) == ("no-access", fix)
