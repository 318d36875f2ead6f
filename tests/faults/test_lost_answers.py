"""Answers that were given and never arrived: the refresh token is spent, and we do not have the next."""

import pytest

from credential_process.sandbox import Sandbox
from credential_process.sandbox.faults import Rule
from testing.executable import Executable
from testing.home import Home
from testing.people import Person

LOST: Rule = {"operation": "token", "grant_type": "refresh_token", "preset": "commit_then_drop"}


@pytest.mark.usefixtures("expired")
def test_a_lost_answer_to_an_exchange_costs_one_sign_in(get: Executable, sandbox: Sandbox) -> None:
    """Refresh tokens that serve once leave no other way: one page, and all goes on."""
    sandbox.set_faults(LOST)
    exits = [get().returncode for _ in range(3)]
    assert (exits, sandbox.counters()["authorize"]) == ([5, 0, 0], 1)


@pytest.mark.usefixtures("expired")
def test_a_lost_answer_is_not_asked_for_again(get: Executable, sandbox: Sandbox) -> None:
    """A second try with a spent token looks like theft, and services end the session for it."""
    sandbox.set_faults(LOST)
    assert get().returncode == 5
    counters = sandbox.counters()
    assert (counters["token"]["refresh_token"], counters["refresh_reuse_attempts"]) == (1, 0)


def test_a_lost_answer_costs_nothing_where_refresh_tokens_serve_again(
    get: Executable, expired: Home, sandbox: Sandbox, nobody: Person
) -> None:
    """The token we have is kept, whatever has become of the answer; so it is there to be tried."""
    sandbox.configure(rotate="grace")
    sandbox.set_faults(LOST)
    before = expired.token_file().read_text()
    environment = {**get.environment, "BROWSER": nobody.browser}
    first, kept = get(environment=environment), expired.token_file().read_text()
    second = get(environment=environment)
    assert (first.returncode, kept == before, second.returncode) == (5, True, 0)


@pytest.mark.parametrize("change", ["cut_json", "wrong_type"])
@pytest.mark.usefixtures("expired")
def test_a_spoilt_answer_to_an_exchange_costs_one_sign_in(
    get: Executable, sandbox: Sandbox, change: str
) -> None:
    """A proxy that damages it loses it as surely as one that drops it; no half token is stored."""
    sandbox.set_faults(
        {"operation": "token", "grant_type": "refresh_token", "preset": change, "commit": True}
    )
    exits = [get().returncode for _ in range(3)]
    assert (exits, sandbox.counters()["authorize"]) == ([5, 0, 0], 1)


@pytest.mark.parametrize("operation", ["register", "role_credentials"])
def test_a_lost_answer_to_anything_else_costs_one_try(
    get: Executable, sandbox: Sandbox, person: Person, operation: str
) -> None:
    """What can be asked for twice is, before anybody notices."""
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
    """At the end of a portal session every new token ends with it, soon."""
    sandbox.configure(access_token_seconds=seconds)
    get(*get.arguments, "--wait", "3")
    assert sandbox.counters()["token"]["refresh_token"] <= 2
