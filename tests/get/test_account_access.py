"""Roles of account access manager: ``get … --tenant-id ID --role-arn ARN``."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from credential_process import warm
from credential_process.sandbox import ACCESS_TENANT, Entitlement, Sandbox
from testing import processes
from testing.events import until
from testing.executable import Executable, finish

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from testing.home import Home
    from testing.people import Person

ACCOUNT_ID = "111122220001"
ROLE_ARN = f"arn:aws:iam::{ACCOUNT_ID}:role/teams/a/Developer"
SAME_NAME = f"arn:aws:iam::{ACCOUNT_ID}:role/Developer"
BOTH = ("account_access:read_only", "account_access:assume")
SCOPES = ("sso:account:access", *BOTH)
CALLERS = 50


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """Serve two tenants: in one, two roles differ only in their paths."""
    entitlements = {
        ACCESS_TENANT: [Entitlement(ROLE_ARN), Entitlement(SAME_NAME, longest_seconds=7200)],
        "aa-2": [Entitlement(ROLE_ARN)],
    }
    with Sandbox(accounts=3, roles=2, entitlements=entitlements) as sandbox:
        yield sandbox
    assert sandbox.defects == []


@pytest.fixture
def access(get: Executable) -> Executable:
    """Return ``get`` with the arguments of a line for a role of account access manager."""
    line = ("--sso-session", "corp", "--tenant-id", ACCESS_TENANT, "--role-arn", ROLE_ARN)
    return replace(get, arguments=line)


@pytest.fixture
def allowed(home: Home, sandbox: Sandbox) -> Home:
    """Sign in with all scopes, without prompting a user."""
    home.sign_in(sandbox, scopes=SCOPES)
    return home


def counted(sandbox: Sandbox) -> dict[str, int]:
    """Return how many registrations, sign-ins, refreshes and fetches there were."""
    counters = sandbox.counters()
    return {
        "register": counters["register"],
        "authorize": counters["authorize"],
        "refresh": counters["token"]["refresh_token"],
        "fetches": counters["access_credentials"],
        "portal": counters["role_credentials"],
    }


def test_a_signed_out_user_signs_in_once_for_both_kinds_of_roles(
    access: Executable,
    get: Executable,
    sandbox: Sandbox,
    person: Person,
    identity: Callable[[str], str],
) -> None:
    """The sign-in asks for the scopes of both."""
    done = access()
    assert (done.returncode, done.stderr, done.stdout.count("\n")) == (0, "", 1)
    expected = f"arn:aws:sts::{ACCOUNT_ID}:assumed-role/Developer/ada"
    assert identity(done.stdout) == expected
    assert get().returncode == 0
    assert len(person.arrivals()) == 1
    assert counted(sandbox) == {
        "register": 1,
        "authorize": 1,
        "refresh": 0,
        "fetches": 1,
        "portal": 1,
    }
    (registered,) = (each.body for each in sandbox.requests() if each.operation == "register")
    assert isinstance(registered, dict)
    assert registered["scopes"] == list(SCOPES)


@pytest.mark.usefixtures("allowed")
def test_a_cached_role_is_read_from_one_file(
    access: Executable, sandbox: Sandbox, nobody: Person
) -> None:
    """As fast as other roles: without a process, and without the service."""
    first = access()
    processes.end(access.home)
    sandbox.set_faults({"count": None, "preset": "drop"})
    before = len(sandbox.requests())
    second = access(environment={**access.environment, "BROWSER": nobody.browser})
    assert (second.returncode, second.stdout) == (0, first.stdout)
    assert (processes.of(access.home), len(sandbox.requests())) == ({}, before)


def test_fifty_callers_cost_one_sign_in_and_one_fetch(
    access: Executable, sandbox: Sandbox, person: Person
) -> None:
    """Terraform starts as many as it has providers."""
    done = [finish(caller) for caller in [access.start() for _ in range(CALLERS)]]
    assert {(each.returncode, each.stderr) for each in done} == {(0, "")}
    assert len({each.stdout for each in done}) == 1
    assert len(person.arrivals()) == 1
    expected = {"register": 1, "authorize": 1, "refresh": 0, "fetches": 1, "portal": 0}
    assert counted(sandbox) == expected


@pytest.mark.usefixtures("allowed")
def test_each_role_is_its_own(
    access: Executable, get: Executable, sandbox: Sandbox, identity: Callable[[str], str]
) -> None:
    """Path, tenant, name and duration of the session; and the permission set of the same account and name."""
    session, tenant, arn = (access.arguments[at : at + 2] for at in (0, 2, 4))
    lines = [
        access(),
        access(*session, *tenant, "--role-arn", SAME_NAME),
        access(*session, "--tenant-id", "aa-2", *arn),
        access(*access.arguments, "--role-session-name", "ci"),
        access(*access.arguments, "--role-session-duration", "900"),
        access(*access.arguments, "--role-session-duration", "901"),
        get(),
    ]
    assert {each.returncode for each in lines} == {0}
    for repeated, call in ((lines[0], ()), (lines[3], ("--role-session-name", "ci"))):
        assert access(*access.arguments, *call).stdout == repeated.stdout
    assert len({each.stdout for each in lines}) == 7
    assert counted(sandbox)["fetches"] == 6
    assert identity(lines[3].stdout).endswith("/Developer/ci")
    keys = [json.loads(each.stdout)["AccessKeyId"] for each in lines]
    issued = [sandbox.issued(key) for key in keys]
    assert [each and each.role_arn for each in issued] == [
        *(ROLE_ARN, SAME_NAME, ROLE_ARN, ROLE_ARN, ROLE_ARN, ROLE_ARN),
        "",
    ]


@pytest.mark.usefixtures("allowed")
def test_the_account_is_that_of_the_role(access: Executable) -> None:
    """Tools show it, and choose by it."""
    for _ in range(2):
        done = access(*access.arguments, "--account-id-in-output")
        assert json.loads(done.stdout)["AccountId"] == ACCOUNT_ID


@pytest.mark.usefixtures("allowed")
def test_what_has_expired_is_fetched_again(
    access: Executable, home: Home, sandbox: Sandbox, person: Person
) -> None:
    """Also after a night; and another duration of the role has its own end."""
    account_id, name = warm.role_of(warm.split(list(access.arguments)))
    ended = int(time.time()) - 60
    home.store_document(
        *(account_id, name),
        sandbox=sandbox,
        session="corp",
        refresh_at=ended,
        expires_at=ended,
        line='{"Version":1,"AccessKeyId":"old","SecretAccessKey":"old","SessionToken":"old"}\n',
    )
    new, short = access(), access(*access.arguments, "--role-session-duration", "900")
    assert (new.returncode, short.returncode) == (0, 0)
    assert access().stdout == new.stdout
    assert len(person.arrivals()) == 0
    assert counted(sandbox)["fetches"] == 2
    ends = [json.loads(each.stdout)["Expiration"] for each in (short, new)]
    assert ends == sorted(set(ends))  # ISO 8601: the order of the text is that of the time


def test_a_user_who_denies_the_sign_in_is_asked_once(
    access: Executable, people: Callable[..., Person], sandbox: Sandbox
) -> None:
    """By all callers together; and the next one does not ask at once."""
    denier = people("--deny")
    environment = {**access.environment, "BROWSER": denier.browser}
    done = [finish(each) for each in [access.start(environment=environment) for _ in range(5)]]
    assert {(each.returncode, each.stdout) for each in done} == {(4, "")}
    assert access(environment=environment).returncode == 3
    assert len(denier.arrivals()) == 1
    assert counted(sandbox)["fetches"] == 0


@pytest.mark.usefixtures("allowed")
def test_it_assumes_further_roles(
    access: Executable, sandbox: Sandbox, identity: Callable[[str], str]
) -> None:
    """A chain may begin with a role of either kind."""
    further = "arn:aws:iam::111122220003:role/deploy/Release"
    done = access(*access.arguments, "--assume-role-arn", further)
    assert identity(done.stdout).startswith("arn:aws:sts::111122220003:assumed-role/Release/")
    assert access().returncode == 0
    assert (counted(sandbox)["fetches"], sandbox.counters()["assume_role"]) == (1, 1)


@pytest.mark.parametrize("error", ["UnauthorizedException", "AccessDeniedException"])
def test_a_token_without_the_scopes_leads_to_one_sign_in(
    access: Executable,
    home: Home,
    sandbox: Sandbox,
    person: Person,
    error: Any,
) -> None:
    """As the AWS CLI stores it; however the service refuses it, and for all roles after the first."""
    sandbox.configure(missing_scope=error)
    home.sign_in(sandbox)
    assert access().returncode == 0
    assert access(*access.arguments, "--role-session-name", "ci").returncode == 0
    assert len(person.arrivals()) == 1
    expected = {"register": 1, "authorize": 1, "refresh": 0, "fetches": 3, "portal": 0}
    assert counted(sandbox) == expected


def test_a_sign_in_for_the_other_kind_is_known_to_lack_the_scopes(
    access: Executable, get: Executable, sandbox: Sandbox, person: Person
) -> None:
    """No request is wasted on its token, and the next sign-in is for both kinds, whichever asks for it."""
    assert (get().returncode, access().returncode) == (0, 0)
    assert (len(person.arrivals()), counted(sandbox)["fetches"]) == (2, 1)
    processes.end(access.home)
    sandbox.revoke_session()
    assert get(*get.arguments[:-1], "Administrator").returncode == 0
    assert access(*access.arguments, "--role-session-name", "ci").returncode == 0
    assert len(person.arrivals()) == 3


def test_a_refreshed_token_is_known_to_have_the_scopes(
    access: Executable, sandbox: Sandbox, person: Person
) -> None:
    """An hour later, and with another broker."""
    assert access().returncode == 0
    processes.end(access.home)
    sandbox.expire("access_tokens")
    assert access(*access.arguments, "--role-session-name", "ci").returncode == 0
    assert len(person.arrivals()) == 1
    expected = {"register": 1, "authorize": 1, "refresh": 1, "fetches": 3, "portal": 0}
    assert counted(sandbox) == expected


def test_a_service_that_does_not_know_the_scopes_keeps_the_other_roles(
    access: Executable, get: Executable, sandbox: Sandbox
) -> None:
    """Not each partition has account access manager."""
    sandbox.set_faults({"operation": "register", "error": "InvalidScopeException", "count": 1})
    done = access()
    assert (done.returncode, done.stdout) == (4, "")
    assert f"and check the scopes {', '.join(SCOPES)}\n" in done.stderr
    for outcome in get.home.glob(".aws/sso-credential-process/*/outcome"):
        outcome.unlink()  # the cooldown
    assert get().returncode == 0
    scopes = [
        each.body["scopes"]
        for each in sandbox.requests()
        if each.operation == "register" and isinstance(each.body, dict)
    ]
    assert scopes == [list(SCOPES), ["sso:account:access"]]


@pytest.mark.usefixtures("allowed")
def test_a_role_that_is_not_granted_is_exit_4_once_its_token_is_known_to_be_good(
    access: Executable, sandbox: Sandbox, person: Person
) -> None:
    """A token of another program might lack the scopes, so there is one sign-in, and no more."""
    arn = f"arn:aws:iam::{ACCOUNT_ID}:role/Other"
    line = (*access.arguments[:4], "--role-arn", arn)
    for _ in range(2):
        done = access(*line)
        assert (done.returncode, done.stdout) == (4, "")
        assert f"{arn} is not granted to you in the tenant {ACCESS_TENANT}" in done.stderr
    assert len(person.arrivals()) == 1
    assert counted(sandbox)["fetches"] == 3


@pytest.mark.parametrize("error", ["UnauthorizedException", "AccessDeniedException"])
def test_a_token_without_the_scopes_and_a_role_that_is_not_granted_cost_one_sign_in(
    access: Executable, home: Home, sandbox: Sandbox, person: Person, error: Any
) -> None:
    """The token of the new sign-in has the scopes, so its refusal is about the role."""
    sandbox.configure(missing_scope=error)
    home.sign_in(sandbox)
    line = (*access.arguments[:4], "--role-arn", f"arn:aws:iam::{ACCOUNT_ID}:role/Other")
    for _ in range(3):
        done = access(*line)
        assert (done.returncode, done.stdout) == (4, "")
        assert f"is not granted to you in the tenant {ACCESS_TENANT}" in done.stderr
        processes.end(access.home)
    assert len(person.arrivals()) == 1
    assert counted(sandbox)["fetches"] == 4


@pytest.mark.usefixtures("allowed")
def test_a_duration_over_that_of_the_role_is_exit_2(access: Executable) -> None:
    """With the words of AWS."""
    done = access(*access.arguments, "--role-session-duration", "43200")
    assert (done.returncode, done.stdout) == (2, "")
    assert "exceeds the maximum session duration" in done.stderr


@pytest.mark.usefixtures("allowed")
def test_a_throttled_fetch_is_tried_again(access: Executable, sandbox: Sandbox) -> None:
    """The limit of the service is for all users of an organisation together."""
    sandbox.set_faults(
        {"operation": "access_credentials", "error": "ThrottlingException", "count": 2}
    )
    assert access().returncode == 0
    assert counted(sandbox)["fetches"] == 3


@pytest.mark.usefixtures("allowed")
def test_credentials_that_are_valid_outlast_an_outage(access: Executable, sandbox: Sandbox) -> None:
    """As for other roles."""
    sandbox.configure(account_access_requests_per_second=0)
    first = access(*access.arguments, "--role-session-duration", "900")
    assert first.returncode == 0
    sandbox.set_faults({"count": None, "preset": "http_503_html"})
    again = access(*access.arguments, "--role-session-duration", "900")
    assert (again.returncode, again.stdout) == (0, first.stdout)


@pytest.mark.usefixtures("allowed")
def test_what_came_through_another_endpoint_serves_no_other_call(
    access: Executable, sandbox: Sandbox
) -> None:
    """A gateway may give other credentials for the same ARN."""
    name = "AWS_ENDPOINT_URL_ACCOUNT_ACCESS_RUNTIME"
    other = {**access.environment, name: sandbox.url.replace("127.0.0.1", "localhost")}
    assert access().stdout != access(environment=other).stdout
    assert counted(sandbox)["fetches"] == 2


@pytest.mark.usefixtures("allowed")
def test_a_token_goes_to_no_endpoint_over_plain_http(access: Executable, sandbox: Sandbox) -> None:
    """Except on this computer."""
    name = "AWS_ENDPOINT_URL_ACCOUNT_ACCESS_RUNTIME"
    done = access(environment={**access.environment, name: "http://access.example.com"})
    assert (done.returncode, done.stdout) == (2, "")
    assert "give an https URL" in done.stderr
    assert sandbox.requests() == []


def test_a_logout_leaves_nothing(
    access: Executable, home: Home, sandbox: Sandbox, nobody: Person
) -> None:
    """The credentials in the cache are gone with the token."""
    home.sign_in(sandbox, scopes=SCOPES)
    assert access().returncode == 0
    logout = Executable("logout", access.home, access.environment, ("--sso-session", "corp"))
    assert logout().returncode == 0
    done = access(environment={**access.environment, "BROWSER": nobody.browser, "CI": "1"})
    assert (done.returncode, done.stdout) == (3, "")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (("--tenant-id", ACCESS_TENANT), "no --role-arn is given"),
        (("--role-arn", ROLE_ARN), "no --tenant-id is given"),
        (("--role-session-name", "ci"), "no --tenant-id is given"),
        (("--tenant-id", "ab-1", "--role-arn", ROLE_ARN), "--tenant-id: 'ab-1' is not valid"),
        (("--tenant-id", ACCESS_TENANT, "--role-arn", "Developer"), "--role-arn: 'Developer'"),
        (
            ("--tenant-id", ACCESS_TENANT, "--role-arn", f"arn:aws:iam::{ACCOUNT_ID}:role/$x/D"),
            "is not valid",
        ),
        (
            ("--tenant-id", ACCESS_TENANT, "--role-arn", ROLE_ARN, "--role-session-name", "a b"),
            "--role-session-name: 'a b' is not valid",
        ),
        (
            ("--tenant-id", ACCESS_TENANT, "--role-arn", ROLE_ARN, "--role-session-duration=60"),
            "--role-session-duration: '60' is not valid",
        ),
        (
            ("--tenant-id", ACCESS_TENANT, "--role-arn", ROLE_ARN, "--role-name", "Developer"),
            "--role-name and --role-arn are both given",
        ),
    ],
)
def test_a_line_that_cannot_work_is_exit_2(
    access: Executable, nobody: Person, line: tuple[str, ...], message: str
) -> None:
    """In one line that names the option."""
    environment = {**access.environment, "BROWSER": nobody.browser}
    done = access("--sso-session", "corp", *line, environment=environment)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert message in done.stderr


def test_the_page_names_the_role_as_users_know_it(
    access: Executable, people: Callable[..., Person], home: Home
) -> None:
    """And not all that its credentials depend on."""
    gone = people("--leave")
    caller = access.start(environment={**access.environment, "BROWSER": gone.browser})
    until(gone.arrivals, "the page is open")
    caller.kill()
    finish(caller)
    (page,) = home.host_files("sign_in")
    assert "teams/a/Developer" in page.read_text()
    assert "tenant-id" not in page.read_text()
