"""Refusals that do not depend on the user or the refresh token: a KMS key, a network policy: DESIGN 5."""

import json
from collections.abc import Mapping
from typing import cast

import pytest

from credential_process.sandbox import Sandbox
from credential_process.sandbox.faults import Rule
from testing import processes
from testing.executable import Executable
from testing.home import Home
from testing.people import Person

REFRESH = {"operation": "token", "grant_type": "refresh_token", "count": None}
# The fault, what the message must contain, and what helps.
POLICIES: dict[str, tuple[dict[str, str], str, str]] = {
    "KMS key policy": ({"preset": "kms_access_denied"}, "KMS_AccessDeniedException", "KMS key"),
    "disabled KMS key": ({"preset": "kms_disabled"}, "KMS_DisabledException", "KMS key"),
    "KMS in words": (
        {"error": "AccessDeniedException", "message": "not authorized to perform kms:Decrypt"},
        "kms:Decrypt",
        "KMS key",
    ),
    "network policy": ({"preset": "network_denied"}, "source IP is not allowed", "network or VPN"),
}
OTHERS: dict[str, tuple[dict[str, str], str, str]] = {
    name: ({"error": name, "message": "No."}, "cannot be renewed", "login --force")
    for name in (
        "AccessDeniedException",
        "InvalidRequestException",
        "InvalidScopeException",
        "UnsupportedGrantTypeException",
        "AuthorizationPendingException",
    )
}
ALL = {**POLICIES, **OTHERS}


@pytest.fixture
def expired(signed_in: Home) -> Home:
    """Return a home that is signed in with an access token that has to be refreshed."""
    expire(signed_in)
    return signed_in


def expire(home: Home) -> None:
    """Change the access token's date so that it has expired."""
    token = json.loads(home.token_file().read_text())
    home.token_file().write_text(json.dumps({**token, "expiresAt": "2020-01-01T00:00:00Z"}))


def fault(*parts: Mapping[str, object]) -> Rule:
    """Return a rule for the sandbox."""
    return cast("Rule", {name: value for part in parts for name, value in part.items()})


@pytest.mark.parametrize("refusal", ALL.values(), ids=ALL.keys())
def test_a_refusal_to_renew_is_reported_while_it_lasts_and_then_forgotten(
    get: Executable,
    expired: Home,
    sandbox: Sandbox,
    nobody: Person,
    refusal: tuple[dict[str, str], str, str],
) -> None:
    """The refresh token is good: no new sign-in and no new broker may be needed because of a key."""
    rule, reason, hint = refusal
    token = expired.token_file().read_text()
    environment = {**get.environment, "BROWSER": nobody.browser}
    sandbox.set_faults(fault(REFRESH, rule))
    for options in (("--no-login",), (), ("--no-login",)):
        done = get(*get.arguments, *options, environment=environment)
        assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (5, "", 1)
        assert reason in done.stderr
        assert hint in done.stderr
        assert len(done.stderr.encode()) < 500
    assert expired.token_file().read_text() == token
    broker = processes.last(expired.path)
    sandbox.set_faults()
    done = get(*get.arguments, "--no-login", environment=environment)
    assert (done.returncode, done.stderr) == (0, "")
    assert processes.last(expired.path) == broker


@pytest.mark.parametrize(
    "error",
    ["InvalidGrantException", "InvalidClientException", "UnauthorizedClientException",
     "ExpiredTokenException"],
)  # fmt: skip
def test_a_refusal_of_the_token_itself_leads_to_a_sign_in(
    get: Executable, expired: Home, sandbox: Sandbox, error: str
) -> None:
    """Otherwise every call of a user whose session has ended would report trouble for ever."""
    assert expired.token_file().exists()
    sandbox.set_faults(fault(REFRESH, {"error": error, "message": "No."}))
    done = get()
    assert (done.returncode, done.stderr) == (0, "")
    assert sandbox.counters()["authorize"] == 1


def test_a_forced_login_is_a_way_out_of_a_refusal_that_lasts(
    get: Executable, expired: Home, sandbox: Sandbox
) -> None:
    """A token that the service cannot read, and refuses in other words, must not lock the user out."""
    sandbox.set_faults(fault(REFRESH, {"error": "InvalidRequestException", "message": "No."}))
    assert get().returncode == 5
    login = Executable("login", get.home, get.environment, ("--sso-session", "corp", "--force"))
    assert login().returncode == 0
    assert get().returncode == 0
    assert expired.token_file().exists()


def test_the_reason_of_a_refusal_is_printable_and_repeats_no_secret(
    get: Executable, expired: Home, sandbox: Sandbox
) -> None:
    """Otherwise text from anyone between here and the service would be printed unchanged."""
    secret = json.loads(expired.token_file().read_text())["refreshToken"]
    reason = f"KMS_ {secret} \x1b]0;owned\x07\r\n {'long ' * 99}"
    rule = {"error": "AccessDeniedException", "message": "No.", "reason": reason}
    sandbox.set_faults(fault(REFRESH, rule))
    done = get()
    (log,) = expired.host_files("broker.log")
    assert done.returncode == 5
    for text in (done.stderr, log.read_text()):
        assert secret[:20] not in text
        assert all(letter.isprintable() or letter == "\n" for letter in text)
    assert (len(done.stderr.splitlines()), len(done.stderr.encode()) < 500) == (1, True)


@pytest.mark.parametrize("refusal", POLICIES.values(), ids=POLICIES.keys())
def test_a_policy_that_forbids_the_last_step_of_a_sign_in_is_not_reported_as_a_denial(
    get: Executable, sandbox: Sandbox, refusal: tuple[dict[str, str], str, str]
) -> None:
    """The user did consent, and a message about a denial would send them to the wrong person."""
    rule, reason, hint = refusal
    sandbox.set_faults(fault({"operation": "token", "count": None}, rule))
    done = get()
    assert (done.returncode, len(done.stderr.splitlines())) == (5, 1)
    assert reason in done.stderr
    assert hint in done.stderr
    assert "was denied" not in done.stderr


@pytest.mark.usefixtures("signed_in")
def test_a_network_policy_of_the_portal_is_not_reported_as_a_missing_assignment(
    get: Executable, sandbox: Sandbox, nobody: Person
) -> None:
    """At home without the VPN the role is assigned, so an administrator would find nothing wrong."""
    environment = {**get.environment, "BROWSER": nobody.browser}
    sandbox.set_faults({"preset": "403_network", "count": None})
    done = get(environment=environment)
    assert (done.returncode, len(done.stderr.splitlines())) == (5, 1)
    assert "source IP is not allowed" in done.stderr
    assert "network or VPN" in done.stderr
    assert "assignment" not in done.stderr
    sandbox.set_faults()
    assert get(environment=environment).returncode == 0


@pytest.mark.usefixtures("signed_in")
def test_such_a_word_in_the_name_of_a_role_changes_nothing(
    get: Executable, sandbox: Sandbox
) -> None:
    """A portal may repeat the name of the role, and AWS itself has a NetworkAdministrator."""
    message = "No access to NetworkAdministrator, Source-IP or KMS-Keys"
    sandbox.set_faults({"preset": "403_no_access", "message": message})
    done = get()
    role = f"role Developer in account {sandbox.accounts[0].account_id}"
    assert done.returncode == 4
    assert done.stderr == (
        f"sso-credential-process: corp gives no access to {role}: {message}; "
        "to list yours, run: sso-credential-process roles --sso-session corp\n"
    )


@pytest.mark.usefixtures("signed_in")
@pytest.mark.parametrize(
    ("is_listed", "role_name", "meant"),
    [
        (True, "Develper", "did you mean Developer? To"),
        (True, "Zzz", "to"),
        (False, "Develper", "to"),
    ],
)
def test_the_name_of_a_role_that_was_probably_meant_comes_from_a_recent_list(
    get: Executable, sandbox: Sandbox, *, is_listed: bool, role_name: str, meant: str
) -> None:
    """Users look for a missing assignment if they do not see the typo; the list costs no request."""
    if is_listed:
        assert Executable("roles", get.home, get.environment, ())().returncode == 0
    before = sandbox.counters()["list_account_roles"]
    done = get(*get.arguments[:-1], role_name)
    role = f"role {role_name} in account {sandbox.accounts[0].account_id}"
    assert done.stderr == (
        f"sso-credential-process: corp: {role} is not assigned to you; {meant} list yours, run: "
        "sso-credential-process roles --sso-session corp\n"
    )
    assert (done.returncode, sandbox.counters()["list_account_roles"]) == (4, before)


@pytest.mark.usefixtures("signed_in")
def test_a_list_that_is_older_than_a_refusal_suggests_nothing(
    get: Executable, sandbox: Sandbox
) -> None:
    """The role may have been taken away since; another name would not help."""
    assert Executable("roles", get.home, get.environment, ())().returncode == 0
    sandbox.set_faults({"preset": "403_no_access", "operation": "role_credentials"})
    done = get()
    assert (done.returncode, "did you mean" in done.stderr) == (4, False)
    assert "is not assigned to you; to list yours, run: " in done.stderr
