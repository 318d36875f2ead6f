"""The limit on the portal: how many requests pass, how the others are refused, and what is not limited."""

from collections.abc import Callable

import pytest

from credential_process.sandbox import Sandbox
from tests.sandbox.visitor import Reply, Visitor

Ask = Callable[[], Reply]


@pytest.fixture
def ask(visitor: Visitor, access_token: str) -> Ask:
    """Ask the portal for the accounts."""
    return lambda: visitor.get("/assignment/accounts", access_token)


def test_the_burst_is_the_limit_at_once(sandbox: Sandbox, ask: Ask) -> None:
    """Tools that list the roles of many accounts at once reach it every day."""
    sandbox.configure(requests_per_second=1, burst=3)

    assert [ask().status for _ in range(5)] == [200, 200, 200, 429, 429]
    assert sandbox.counters()["throttled"] == 2


def test_each_second_admits_as_many_as_the_limit(sandbox: Sandbox, ask: Ask) -> None:
    """A client below the limit is never refused."""
    sandbox.configure(requests_per_second=2)
    statuses = []
    for _ in range(3):
        statuses += [ask().status, ask().status]
        sandbox.advance_clock(1)

    assert statuses == [200] * 6


def test_a_long_silence_saves_up_no_more_than_the_burst(sandbox: Sandbox, ask: Ask) -> None:
    """Ten idle minutes do not allow a flood."""
    sandbox.configure(requests_per_second=1, burst=2)
    sandbox.advance_clock(600)

    assert [ask().status for _ in range(3)] == [200, 200, 429]


def test_a_clock_set_back_refuses_nothing(sandbox: Sandbox, ask: Ask) -> None:
    """A moved clock must not block clients for an hour."""
    sandbox.configure(requests_per_second=2)
    ask()
    sandbox.advance_clock(-3600)

    assert [ask().status, ask().status] == [200, 429]


def test_the_refusal_is_the_one_of_the_wire_logs(sandbox: Sandbox, ask: Ask) -> None:
    """The text of oktaws issue 512, byte by byte."""
    sandbox.configure(requests_per_second=1)
    ask()
    reply = ask()

    assert reply.body == (
        b'{"message":"HTTP 429 Unknown Code",'
        b'"__type":"com.amazonaws.switchboard.portal#TooManyRequestsException"}'
    )
    assert "retry-after" not in reply.headers


def test_the_refusal_can_have_a_retry_after(sandbox: Sandbox, ask: Ask) -> None:
    """AWS has not been observed to send it here, but clients must be ready for it."""
    sandbox.configure(requests_per_second=1, retry_after_seconds=7)
    ask()

    assert ask().headers["retry-after"] == "7"


def test_the_other_services_are_not_limited(sandbox: Sandbox, visitor: Visitor, ask: Ask) -> None:
    """Only the portal throttles, so sign-ins continue to work."""
    sandbox.configure(requests_per_second=1)
    ask()

    assert [visitor.post("/token", {}).status for _ in range(3)] == [400] * 3


def test_a_reset_fills_the_bucket(sandbox: Sandbox, ask: Ask) -> None:
    """One test's flood must not throttle the next."""
    sandbox.configure(requests_per_second=1)
    statuses = [ask().status, ask().status]
    sandbox.reset()

    assert (statuses, ask().status, sandbox.counters()["throttled"]) == ([200, 429], 401, 0)
