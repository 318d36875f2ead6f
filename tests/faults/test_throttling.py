"""The rate limit for all requests of a broker, which only exists if the service throttles: DESIGN 3."""

import os
import signal
from collections.abc import Iterator
from subprocess import Popen

import pytest

from credential_process.sandbox import Sandbox
from credential_process.sandbox.control.request_log import RequestRecord
from credential_process.sandbox.faults import Rule
from testing import processes
from testing.events import until
from testing.executable import Executable, finish
from testing.home import Home
from testing.people import Person
from tests.identity.held import hold

Caller = Popen[str]
ROLES = 50
THROTTLED_ONCE: Rule = {
    "operation": "role_credentials", "status": 429, "body": {}, "headers": {"Retry-After": "3"}
}  # fmt: skip


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """Serve an organisation with 50 accounts and one role in each."""
    with Sandbox(accounts=ROLES, roles=1) as sandbox:
        yield sandbox
    assert sandbox.defects == []


def ask(get: Executable, sandbox: Sandbox, nobody: Person) -> list[Caller]:
    """Run one caller for each role at once; none may ask the user."""
    environment = {**get.environment, "BROWSER": nobody.browser}
    line = ("--sso-session", "corp", "--role-name", "Administrator", "--account-id")
    return [
        get.start(*line, account.account_id, environment=environment)
        for account in sandbox.accounts
    ]


def fetches(sandbox: Sandbox) -> list[RequestRecord]:
    """Return the requests for role credentials, in order."""
    return [one for one in sandbox.requests() if one.operation == "role_credentials"]


@pytest.mark.usefixtures("signed_in")
def test_fifty_roles_are_served_while_the_service_throttles(
    get: Executable, sandbox: Sandbox, nobody: Person
) -> None:
    """Large organisations see 429 on every `terraform plan`: it is neither a failure nor a reason to sign in."""
    sandbox.set_faults({**THROTTLED_ONCE, "headers": {}, "count": 10})
    ends = [finish(caller) for caller in ask(get, sandbox, nobody)]
    assert [(end.returncode, end.stderr) for end in ends] == [(0, "")] * ROLES
    statuses = sandbox.counters()["by_status"]
    assert (statuses["200"], statuses["429"]) == (ROLES, 10)


def test_fifty_roles_are_not_slowed_while_the_service_does_not_throttle(
    get: Executable, signed_in: Home, sandbox: Sandbox, nobody: Person
) -> None:
    """An unnecessary limit would cost seconds: all 50 requests are in flight at the same time.

    The broker sleeps until all have asked, so that no request is held for as long as 50 callers take to start.
    """
    first = get(*get.arguments[:-1], "Administrator")
    (broker,) = processes.of(signed_in.path)
    signed_in.document(get.arguments[3], "Administrator").unlink()
    os.kill(broker, signal.SIGSTOP)
    hold(sandbox, {"operation": "role_credentials"})
    callers = ask(get, sandbox, nobody)
    until(lambda: len(signed_in.wants()) == ROLES, "fifty wants")
    os.kill(broker, signal.SIGCONT)
    until(lambda: sandbox.faults()[0]["holding"] == ROLES, "fifty requests are held")
    sandbox.set_faults()
    ends = [first, *(finish(caller) for caller in callers)]
    assert {(end.returncode, end.stderr) for end in ends} == {(0, "")}


@pytest.mark.usefixtures("signed_in")
def test_no_request_is_sent_before_retry_after_is_over(
    get: Executable, sandbox: Sandbox, nobody: Person
) -> None:
    """The service throttles clients longer that come back before `Retry-After` is over."""
    sandbox.set_faults(THROTTLED_ONCE)
    first, *others = sandbox.accounts[:5]
    line = ("--sso-session", "corp", "--role-name", "Administrator", "--account-id")
    environment = {**get.environment, "BROWSER": nobody.browser}
    callers = [get.start(*line, first.account_id, environment=environment)]
    assert sandbox.wait_until(lambda counters: bool(counters["by_status"].get("429")))
    # The broker has read it long before the next callers have started.
    callers += [get.start(*line, one.account_id, environment=environment) for one in others]
    assert {finish(caller).returncode for caller in callers} == {0}
    refused, *later = fetches(sandbox)
    assert len(later) == 5
    assert min(one.time for one in later) - refused.time >= 3


def test_the_time_of_a_fetch_counts_from_when_it_was_asked_for(
    get: Executable, signed_in: Home, sandbox: Sandbox, nobody: Person
) -> None:
    """With more roles than workers, some wants were still waiting for a worker when their callers had given up.

    The response makes the one worker wait for 30 seconds, which is as long as a fetch may take. The other fetch was
    asked for before that, so it ends with the first one, without a request of its own.
    """
    few_files = ("sh", "-c", 'ulimit -n 16; exec "$@"', "sh")
    line = ("--sso-session", "corp", "--role-name", "Administrator", "--account-id")
    environment = {**get.environment, "BROWSER": nobody.browser}
    accounts = [account.account_id for account in sandbox.accounts[:3]]
    assert get(*line, accounts[0], environment=environment, prefix=few_files).returncode == 0
    (broker,) = processes.of(signed_in.path)
    os.kill(broker, signal.SIGSTOP)
    throttled: Rule = {**THROTTLED_ONCE, "headers": {"Retry-After": "30"}, "count": None}
    sandbox.set_faults({**throttled, "held": True})
    callers = [get.start(*line, account, environment=environment) for account in accounts[1:]]
    until(lambda: len(signed_in.wants()) == len(callers), "both have asked")
    os.kill(broker, signal.SIGCONT)
    assert sandbox.wait_until(lambda counters: counters["role_credentials"] == 2)
    sandbox.set_faults(throttled)
    ends = [finish(caller) for caller in callers]
    assert [end.returncode for end in ends] == [5, 5]
    assert ["throttl" in end.stderr for end in ends] == [True, True]
    assert len(fetches(sandbox)) == 2
