"""Roles that are assumed with a role of Identity Center: ``get … --assume-role-arn ARN``."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from credential_process.sandbox import Sandbox
from testing.executable import Executable, finish
from testing.people import Person

RELEASE = "arn:aws:iam::111122220003:role/deploy/Release"
AUDIT = "arn:aws:iam::111122220002:role/Audit"
ASSUMED = ("--assume-role-arn", RELEASE)
CALLERS = 40


@pytest.fixture
def assume(get: Executable) -> Executable:
    """Return ``get`` with the arguments of a line that assumes a role."""
    return Executable("get", get.home, get.environment, (*get.arguments, *ASSUMED))


@pytest.mark.usefixtures("signed_in")
def test_the_line_has_the_credentials_of_the_assumed_role(
    assume: Executable, identity: Callable[[str], str]
) -> None:
    """JavaScript v2, PHP and pyarrow follow no `source_profile` to a line, so the line does it."""
    done = assume()
    assert (done.returncode, done.stderr, done.stdout.count("\n")) == (0, "", 1)
    expected = "arn:aws:sts::111122220003:assumed-role/Release/sso-credential-process"
    assert identity(done.stdout) == expected


@pytest.mark.usefixtures("signed_in")
def test_it_is_cached_like_a_role_and_so_is_the_role_before_it(
    assume: Executable, get: Executable, sandbox: Sandbox
) -> None:
    """Go starts the line for each client."""
    lines = {assume().stdout for _ in range(3)}
    assert (len(lines), get().returncode) == (1, 0)
    counted = sandbox.counters()
    assert (counted["assume_role"], counted["role_credentials"]) == (1, 1)


@pytest.mark.usefixtures("signed_in")
def test_the_options_are_those_of_assume_role(
    assume: Executable, sandbox: Sandbox, identity: Callable[[str], str]
) -> None:
    """The trust policy of a partner's role requires an external ID."""
    sandbox.configure(external_ids={RELEASE: "build:7/x=y"})
    done = assume(
        *assume.arguments,
        *("--assume-role-session-name", "ada@example.com"),
        *("--assume-role-duration-seconds=900", "--assume-role-external-id", "build:7/x=y"),
    )
    assert identity(done.stdout).endswith(":assumed-role/Release/ada@example.com")
    (request,) = (each for each in sandbox.requests() if each.operation == "assume_role")
    assert isinstance(request.body, dict)
    assert request.body["DurationSeconds"] == "900"


@pytest.mark.usefixtures("signed_in")
def test_other_options_are_another_document(assume: Executable, sandbox: Sandbox) -> None:
    """The name of the session is in the logs of the account, and must be that which was asked for."""
    named = (*assume.arguments, "--assume-role-session-name", "ada")
    assert assume().stdout != assume(*named).stdout
    assert sandbox.counters()["assume_role"] == 2


@pytest.mark.usefixtures("signed_in")
def test_a_chain_of_roles_is_followed(
    assume: Executable, sandbox: Sandbox, identity: Callable[[str], str]
) -> None:
    """A hub role leads to the roles of the accounts; what was fetched on the way is used again."""
    both = (*assume.arguments, "--assume-role-arn", AUDIT, "--assume-role-session-name", "ada")
    done = assume(*both)
    assert identity(done.stdout) == "arn:aws:sts::111122220002:assumed-role/Audit/ada"
    assert (assume().returncode, assume(*both).stdout) == (0, done.stdout)
    counted = sandbox.counters()
    assert (counted["assume_role"], counted["role_credentials"]) == (2, 1)


def test_many_callers_share_one_sign_in_and_one_request_for_each_role(
    assume: Executable, sandbox: Sandbox, person: Person
) -> None:
    """Terraform starts as many as it has providers."""
    callers = [assume.start() for _ in range(CALLERS)]
    done = [finish(caller) for caller in callers]
    assert {(each.returncode, each.stderr) for each in done} == {(0, "")}
    assert len({each.stdout for each in done}) == 1
    counted = sandbox.counters()
    assert (counted["assume_role"], counted["role_credentials"]) == (1, 1)
    assert len(person.arrivals()) == 1


@pytest.mark.usefixtures("signed_in")
def test_many_roles_share_the_role_that_assumes_them(get: Executable, sandbox: Sandbox) -> None:
    """Each account has a role for the hub role to assume."""
    arns = [f"arn:aws:iam::{number:012}:role/Deploy" for number in range(10)]
    callers = [get.start(*get.arguments, "--assume-role-arn", arn) for arn in arns]
    assert {finish(caller).returncode for caller in callers} == {0}
    counted = sandbox.counters()
    assert (counted["assume_role"], counted["role_credentials"]) == (10, 1)


@pytest.mark.usefixtures("signed_in")
def test_a_cached_role_assumes_another_without_a_token(
    assume: Executable, get: Executable, sandbox: Sandbox
) -> None:
    """A role may last longer than the sign-in, and SDKs would use it to its end."""
    assert get().returncode == 0
    sandbox.expire("access_tokens")
    assert assume("--no-login", *assume.arguments).returncode == 0
    assert sandbox.counters()["role_credentials"] == 1


@pytest.mark.usefixtures("signed_in")
def test_the_account_is_that_of_the_assumed_role(assume: Executable) -> None:
    """Tools show it, and choose by it."""
    for _ in range(2):
        done = assume(*assume.arguments, "--account-id-in-output")
        assert json.loads(done.stdout)["AccountId"] == "111122220003"


@pytest.mark.usefixtures("signed_in")
def test_a_role_that_may_not_be_assumed_is_exit_4_with_the_words_of_aws(
    assume: Executable, sandbox: Sandbox
) -> None:
    """Only the owner of the role can change it."""
    sandbox.configure(untrusting_roles=(RELEASE,))
    done = assume()
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (4, "", 1)
    assert f"not authorized to perform: sts:AssumeRole on resource: {RELEASE}" in done.stderr
    assert "trust policy" in done.stderr


@pytest.mark.usefixtures("signed_in")
def test_a_session_that_is_too_long_is_exit_2_with_the_way_out(assume: Executable) -> None:
    """A role that a user may have for 12 hours lasts an hour if a role assumes it."""
    done = assume(*assume.arguments, "--assume-role-duration-seconds", "7200")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "exceeds the 1 hour session limit for roles assumed by role chaining" in done.stderr
    assert "give 900 to 3600" in done.stderr


@pytest.mark.usefixtures("signed_in")
def test_keys_that_sts_does_not_accept_are_exit_5(
    assume: Executable, get: Executable, sandbox: Sandbox
) -> None:
    """The clock of this computer is wrong, or the role was revoked."""
    assert get().returncode == 0
    sandbox.expire("role_credentials")
    done = assume()
    assert (done.returncode, done.stderr.count("\n")) == (5, 1)
    assert "does not accept the credentials" in done.stderr


@pytest.mark.usefixtures("signed_in")
@pytest.mark.parametrize(
    "fault",
    [
        {"status": 503, "body": "<html>try later</html>"},
        {"status": 400, "body": "<Error><Code>Throttling</Code><Message>wait</Message></Error>"},
        {"delivery": "drop"},
    ],
)
def test_a_moment_of_trouble_costs_one_more_try(
    assume: Executable, sandbox: Sandbox, fault: dict[str, Any]
) -> None:
    """A deployment must not end because of it."""
    sandbox.set_faults({"operation": "assume_role", **fault})  # type: ignore[typeddict-item]
    assert assume().returncode == 0
    assert sandbox.counters()["assume_role"] == 2


@pytest.mark.usefixtures("signed_in")
@pytest.mark.parametrize(
    "body",
    ["", "no XML", "<AssumeRoleResponse/>", '<!DOCTYPE a [<!ENTITY b "c">]><a>&d;</a>', '{"a": 1}'],
)
def test_an_answer_that_is_none_of_sts_is_exit_5(
    assume: Executable, sandbox: Sandbox, body: str
) -> None:
    """A proxy may answer in its place."""
    sandbox.set_faults({"operation": "assume_role", "status": 200, "body": body, "count": None})
    done = assume()
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (5, "", 1)
    assert "AWS STS sent an invalid response" in done.stderr


@pytest.mark.usefixtures("signed_in")
def test_what_came_through_another_endpoint_of_sts_serves_no_other_call(
    assume: Executable,
) -> None:
    """A sandbox hands out credentials that AWS does not know."""
    assert assume().returncode == 0
    other = {**assume.environment, "AWS_ENDPOINT_URL_STS": "http://127.0.0.1:9"}
    done = assume(environment=other)
    assert (done.returncode, done.stdout) == (5, "")
    assert "http://127.0.0.1:9" in done.stderr


@pytest.mark.usefixtures("signed_in")
def test_a_logout_leaves_nothing_of_an_assumed_role(assume: Executable, get: Executable) -> None:
    """It is signed in through the session."""
    assert assume().returncode == 0
    logout = Executable("logout", get.home, get.environment, ("--sso-session", "corp"))
    assert logout().returncode == 0
    assert assume(*assume.arguments, "--no-login").returncode == 3


@pytest.mark.usefixtures("nobody")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--assume-role-arn", "Release"), "--assume-role-arn: 'Release' is not valid"),
        (("--assume-role-arn", "arn:aws:iam::1:role/R"), "is not valid"),
        (("--assume-role-arn", "arn:aws:iam::111122220003:user/R"), "is not valid"),
        (("--assume-role-arn", f"{RELEASE}/../x"), "is not valid"),
        (("--assume-role-arn", ""), "is not valid"),
        (("--assume-role-session-name", "ada"), "is given before --assume-role-arn"),
        ((*ASSUMED, "--assume-role-session-name", "a"), "'a' is not valid"),
        ((*ASSUMED, "--assume-role-session-name", "ad a"), "is not valid"),
        ((*ASSUMED, "--assume-role-duration-seconds", "1h"), "'1h' is not valid"),
        ((*ASSUMED, "--assume-role-external-id", "a b"), "is not valid"),
        (
            (*ASSUMED, *("--assume-role-external-id", "ab") * 2),
            "--assume-role-external-id is given twice",
        ),
        (("--assume-role", RELEASE), "did you mean --assume-role-arn?"),
    ],
)
def test_bad_input_is_refused_in_one_line(
    get: Executable, arguments: tuple[str, ...], message: str
) -> None:
    """Nothing is sent, and no user is asked, for a line that cannot work."""
    done = get(*get.arguments, *arguments)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert message in done.stderr


@pytest.mark.usefixtures("signed_in")
def test_status_shows_the_assumed_role(assume: Executable, get: Executable) -> None:
    """A user looks for the account that the credentials are for."""
    assert assume().returncode == 0
    status = Executable("status", get.home, get.environment, ("--json",))
    (session,) = json.loads(status().stdout)["sessions"]
    roles = {(each["account_id"], each["role_name"]) for each in session["roles"]}
    assert roles == {(get.arguments[3], "Developer"), ("111122220003", "deploy/Release")}
