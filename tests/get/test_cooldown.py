"""A night of calls that no user answers: how often a page opens, DESIGN 4."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from credential_process.sandbox import Sandbox
from credential_process.stores.cooldown import Outcome, next_allowed
from testing.clock import Clock, needs_faketime
from testing.executable import Executable
from testing.people import Person

NIGHT = range(0, 8 * 3600, 10)  # a call every 10 s
DOCUMENT = Path(__file__).parents[2] / "docs" / "sign-in.md"


def sign_ins(*, open_seconds: int) -> list[int]:
    """Return when sign-ins begin in one night, if each fails after it has been open for this long."""
    begun: list[int] = []
    outcome: Outcome | None = None
    for now in NIGHT:
        is_open = outcome is not None and now < outcome.at
        if not is_open and next_allowed(outcome, now) <= now:
            begun.append(now)
            outcome = Outcome(message="", at=now + open_seconds, failures=len(begun))
    return begun


def test_a_night_of_denials_opens_eleven_pages() -> None:
    """A user who denies is asked less and less often, but again before the morning."""
    steps = [0, 30, 150, 750, *range(4350, 28800, 3600)]
    assert steps == sign_ins(open_seconds=0)
    assert len(steps) == 11


def test_a_night_without_an_answer_opens_ten_pages() -> None:
    """A laptop that is left alone has a few tabs open in the morning, not two thousand."""
    assert len(sign_ins(open_seconds=600)) == 10


def test_the_numbers_of_that_night_are_documented() -> None:
    """Users who run this on an unattended machine want to know what will happen."""
    counts = [len(sign_ins(open_seconds=seconds)) for seconds in (0, 600)]
    sentence = r"opens (\d+) pages if you deny each, and (\d+) if you are away"
    found = re.search(sentence, DOCUMENT.read_text())
    assert found
    assert [str(count) for count in counts] == list(found.groups())


@pytest.mark.parametrize(("at", "allowed"), [(970, 1000), (971, 1001), (1000, 1030), (1001, 1000)])
def test_a_cooldown_lasts_thirty_seconds_and_a_future_one_does_not_count(
    at: int, allowed: int
) -> None:
    """A clock that was set back must not forbid sign-ins until it catches up."""
    assert allowed == next_allowed(Outcome(message="", at=at, failures=1), 1000)


@needs_faketime
def test_each_of_three_denials_begins_a_longer_cooldown(
    get: Executable, people: Callable[..., Person], sandbox: Sandbox, tmp_path: Path
) -> None:
    """The same in real processes, whose clock is changed: 30 s, then 2 min, and no page in between."""
    clock = Clock.in_folder(tmp_path / "clock")
    person = people("--deny")
    environment = {**get.environment, **clock.environment, "BROWSER": person.browser}
    ask = replace(get, environment=environment, path=clock.executable)
    answers = []
    for ahead_seconds in (0, 15, 31, 131, 152, 182):
        clock.set(ahead_seconds)
        answers.append((ask().returncode, len(person.arrivals())))
    assert answers == [(4, 1), (3, 1), (4, 2), (3, 2), (4, 3), (3, 3)]
    assert sandbox.counters()["authorize"] == 3
