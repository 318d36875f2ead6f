"""Many processes that ask at once: one broker, one sign-in, one fetch for each role."""

import json
import os
import signal

import pytest

from credential_process.sandbox import Sandbox
from testing import processes
from testing.caller_identity import caller_identity
from testing.executable import Executable, finish
from testing.home import Home
from testing.people import Person

CALLERS = 50
ROLES = ("Administrator", "Developer")


def identity(sandbox: Sandbox, line: str) -> tuple[str, str]:
    """Return whose credentials these are, from the sandbox's STS, which checks the signature."""
    caller = caller_identity(sandbox, line)
    return caller["Account"], caller["Arn"].split("/")[1]


@pytest.fixture
def ends(get: Executable) -> "list[tuple[str, int, str, str]]":
    """Run 50 signed-out callers for two roles at once; return role, exit code, stdout and stderr of each."""
    asked = [ROLES[number % 2] for number in range(CALLERS)]
    callers = [get.start(*get.arguments[:-1], role) for role in asked]
    done = [finish(caller) for caller in callers]
    return [
        (role, end.returncode, end.stdout, end.stderr)
        for role, end in zip(asked, done, strict=True)
    ]


def test_fifty_callers_cost_one_sign_in(
    ends: "list[tuple[str, int, str, str]]", sandbox: Sandbox, person: Person
) -> None:
    """The main promise: `terraform apply` with fifty providers opens one tab."""
    assert [(exit_code, stderr) for _, exit_code, _, stderr in ends] == [(0, "")] * CALLERS
    counters = sandbox.counters()
    assert (
        counters["register"],
        counters["authorize"],
        counters["token"]["authorization_code"],
        counters["token"]["refresh_token"],
        counters["role_credentials"],
    ) == (1, 1, 1, 0, 2)
    assert len(person.arrivals()) == 1
    for role, _, stdout, _ in set(ends):
        expected_arn_part = identity(sandbox, stdout)
        assert expected_arn_part[0] == sandbox.accounts[0].account_id
        assert role in expected_arn_part[1]


@pytest.mark.usefixtures("ends")
def test_fifty_callers_leave_one_broker(get: Executable) -> None:
    """All try to start one; one succeeds, and the others leave not even zombies."""
    assert processes.last(get.home)


def test_fifty_callers_with_a_token_send_one_request_for_each_role(
    get: Executable, sandbox: Sandbox
) -> None:
    """Fifty processes that need the same new role cost one request."""
    get()
    processes.end(get.home)
    callers = [get.start(*get.arguments[:-1], "Administrator") for _ in range(CALLERS)]
    done = [finish(caller) for caller in callers]
    assert {(end.returncode, end.stderr) for end in done} == {(0, "")}
    assert len({end.stdout for end in done}) == 1
    assert sandbox.counters()["role_credentials"] == 2


def test_an_expired_token_is_exchanged_once_for_all(
    get: Executable, home: Home, sandbox: Sandbox
) -> None:
    """A refresh token may work only once: a second exchange would sign all callers out."""
    get()
    token = json.loads(home.token_file().read_text())
    home.token_file().write_text(json.dumps({**token, "expiresAt": "2020-01-01T00:00:00Z"}))
    sandbox.expire("access_tokens")
    roles = [account.account_id for account in sandbox.accounts] * 5
    line = ("--sso-session", "corp", "--role-name", "Administrator", "--account-id")
    done = [finish(caller) for caller in [get.start(*line, account) for account in roles]]
    assert {(end.returncode, end.stderr) for end in done} == {(0, "")}
    tokens = sandbox.counters()["token"]
    assert (tokens["refresh_token"], tokens["authorization_code"]) == (1, 1)


def test_a_token_that_is_refused_is_exchanged_once_for_all(
    get: Executable, sandbox: Sandbox
) -> None:
    """Fifteen requests fail with 401 at once, and the last of them after the exchange."""
    get()
    sandbox.expire("access_tokens")
    line = ("--sso-session", "corp", "--role-name", "Administrator", "--account-id")
    accounts = [account.account_id for account in sandbox.accounts] * 5
    done = [finish(caller) for caller in [get.start(*line, account) for account in accounts]]
    assert {(end.returncode, end.stderr) for end in done} == {(0, "")}
    tokens = sandbox.counters()["token"]
    assert (tokens["refresh_token"], tokens["authorization_code"]) == (1, 1)


def test_two_homes_have_a_sign_in_each(get: Executable, sandbox: Sandbox) -> None:
    """Users of one computer share nothing, whatever the names of their sessions are."""
    get()
    other = get.home.with_name("other-home")
    (other / ".aws").mkdir(parents=True, mode=0o700)
    (other / ".aws" / "config").write_text((get.home / ".aws" / "config").read_text())
    done = get(environment={**get.environment, "HOME": str(other)})
    assert (done.returncode, sandbox.counters()["authorize"]) == (0, 2)


def test_a_stopped_broker_is_named(get: Executable) -> None:
    """It holds the lock and never answers: the message must contain its process id."""
    get()
    broker = processes.last(get.home)
    os.kill(broker, signal.SIGSTOP)
    done = get(*get.arguments[:-1], "Administrator", "--wait", "1")
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (5, "", 1)
    assert str(broker) in done.stderr
