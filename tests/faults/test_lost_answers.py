"""Responses that never arrive: the refresh token is spent, and its successor is lost."""

import pytest

from credential_process.sandbox import Sandbox
from credential_process.sandbox.faults import Rule
from testing.executable import Executable
from testing.home import Home
from testing.people import Person

LOST: Rule = {"operation": "token", "grant_type": "refresh_token", "preset": "commit_then_drop"}


@pytest.mark.usefixtures("expired")
def test_a_lost_response_to_an_exchange_costs_one_sign_in(
    get: Executable, sandbox: Sandbox
) -> None:
    """With refresh tokens that work once there is no other way: one page, and callers continue."""
    sandbox.set_faults(LOST)
    exits = [get().returncode for _ in range(3)]
    assert (exits, sandbox.counters()["authorize"]) == ([5, 0, 0], 1)


@pytest.mark.usefixtures("expired")
def test_an_exchange_without_a_response_is_not_repeated(get: Executable, sandbox: Sandbox) -> None:
    """A second try with a spent token looks like theft, and services end the session for it."""
    sandbox.set_faults(LOST)
    assert get().returncode == 5
    counters = sandbox.counters()
    assert (counters["token"]["refresh_token"], counters["refresh_reuse_attempts"]) == (1, 0)


def test_a_lost_response_costs_nothing_if_refresh_tokens_can_be_reused(
    get: Executable, expired: Home, sandbox: Sandbox, nobody: Person
) -> None:
    """The old token is kept whatever became of the response, so that it can be tried again."""
    sandbox.configure(rotate="grace")
    sandbox.set_faults(LOST)
    before = expired.token_file().read_text()
    environment = {**get.environment, "BROWSER": nobody.browser}
    first, kept = get(environment=environment), expired.token_file().read_text()
    second = get(environment=environment)
    assert (first.returncode, kept == before, second.returncode) == (5, True, 0)


@pytest.mark.parametrize("change", ["cut_json", "wrong_type"])
@pytest.mark.usefixtures("expired")
def test_a_damaged_response_to_an_exchange_costs_one_sign_in(
    get: Executable, sandbox: Sandbox, change: str
) -> None:
    """A proxy that damages it has the same effect as one that drops it; no half token is stored."""
    sandbox.set_faults(
        {"operation": "token", "grant_type": "refresh_token", "preset": change, "commit": True}
    )
    exits = [get().returncode for _ in range(3)]
    assert (exits, sandbox.counters()["authorize"]) == ([5, 0, 0], 1)


@pytest.mark.parametrize("operation", ["register", "role_credentials"])
def test_a_lost_response_to_any_other_request_costs_one_try(
    get: Executable, sandbox: Sandbox, person: Person, operation: str
) -> None:
    """A request that can be repeated is repeated, and no user notices."""
    sandbox.set_faults({"operation": operation, "preset": "commit_then_drop"})
    done = get()
    counters = sandbox.counters()
    assert (done.returncode, done.stderr, len(person.arrivals())) == (0, "", 1)
    assert counters[operation] == 2


@pytest.mark.parametrize("seconds", [30, 300])
@pytest.mark.usefixtures("expired")
def test_tokens_that_live_for_minutes_are_not_exchanged_again_and_again(
    get: Executable, sandbox: Sandbox, seconds: int
) -> None:
    """Near the end of a portal session every new token expires soon, too."""
    sandbox.configure(access_token_seconds=seconds)
    assert get().returncode == 0
    assert sandbox.counters()["token"]["refresh_token"] <= 2
