"""The scenarios of each client, one function for each column of the table; `Failed` is raised if it fails."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from campaigns.matrix.runs import End, call, check, conversation, end, start
from campaigns.matrix.stage import Failed, stage
from testing.clock import Clock
from testing.events import until
from testing.people import Pause

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from campaigns.matrix.installation import Built
    from campaigns.matrix.stage import Stage

MINUTE = 60
# A client whose clock cannot be changed runs for the whole time, with credentials that last seconds.
SHORT_LIFE_SECONDS = 20
AT_ONCE = 5
SIGN_IN_SECONDS = 100
# A Java program needs seconds to start on a busy machine, but no SDK waits this long for a user.
AT_ONCE_SECONDS = 10
CLIENTS_OWN = ("caller_identity", "assume_role", "by_status")


@dataclass(frozen=True, slots=True)
class Outcome:
    """The cell of one scenario: a few words, and the message that the user read, if there was one."""

    words: str
    read: str = ""


def first_and_second_run(built: Built, folder: Path) -> Outcome:
    """Sign in at the first run; the second one sends no request and asks no user."""
    with stage(built, folder) as here:
        check(here, call(here, here.person()))
        _expect(here, authorize=1, role_credentials=1)
        first, asked = here.spawns(), _asked(here)
        _run_again(here)
        if asked != (now := _asked(here)):
            raise Failed(f"the service was asked again: {now} after {asked}")
        return Outcome(f"{first}, then {here.spawns() - first}")


def long_run(built: Built, folder: Path) -> Outcome:
    """Run a client longer than its credentials last; all of its requests must succeed."""
    own = built.client.has_own_clock
    return _short_lives(built, folder) if own else _two_hours(built, folder)


def _two_hours(built: Built, folder: Path) -> Outcome:
    clock = Clock.in_folder(folder / "clock")
    with stage(built, folder, clock=clock) as here:
        with conversation(here, here.person()) as ask:
            ask()
            for minutes in range(10, 121, 10):
                here.sandbox.advance_clock(10 * MINUTE)
                clock.set(minutes * MINUTE)
                ask()
        return _renewed(here, "13 requests in 2 h")


def _short_lives(built: Built, folder: Path) -> Outcome:
    with stage(built, folder, role_session_seconds=SHORT_LIFE_SECONDS) as here:
        with conversation(here, here.person()) as ask:
            for _ in range(20):
                ask()
                time.sleep(3)
        return _renewed(here, "20 requests in 1 min")


def _renewed(here: Stage, requests: str) -> Outcome:
    counters = here.sandbox.counters()
    fetches = counters["role_credentials"]
    if counters["authorize"] != 1 or fetches < 2:
        raise Failed(f"{counters['authorize']} sign-ins, {fetches} fetches")
    return Outcome(f"{here.spawns()} for {requests}; {fetches} fetches")


def denied(built: Built, folder: Path) -> Outcome:
    """Deny the sign-in: the client must fail, and only one page may open."""
    with stage(built, folder) as here:
        person = here.person("--deny")
        ended = call(here, person)
        pages = len(person.arrivals())
        if ended.exit_code == 0 or pages != 1:
            raise Failed(f"exit {ended.exit_code}, {pages} pages: {ended.text}")
        return Outcome(str(here.spawns()), ended.text)


def five_at_once(built: Built, folder: Path) -> Outcome:
    """Start five processes, signed out: one sign-in must be enough."""
    with stage(built, folder) as here:
        person, began = here.person(), time.monotonic()
        processes = [start(here, person) for _ in range(AT_ONCE)]
        for process in processes:
            check(here, end(process, began))
        _expect(here, authorize=1, role_credentials=1)
        return Outcome(f"{here.spawns()}; 1 sign-in, 1 fetch")


def slow_sign_in(built: Built, folder: Path) -> Outcome:
    """Take 100 s to sign in; a client that gives up before must succeed at once the next time."""
    with stage(built, folder) as here:
        pause = Pause.at(here.folder / "pause")
        person = here.person("--wait-for", str(pause.path))
        goes_on = threading.Timer(SIGN_IN_SECONDS, lambda: until(pause.end, "the person goes on"))
        goes_on.start()
        ended = call(here, person)
        spawns = here.spawns()
        goes_on.join()
        until(here.home.token_file().exists, "the sign-in is finished")
        again = _run_again(here)
        _expect(here, authorize=1, role_credentials=1)
        if again.seconds > AT_ONCE_SECONDS:
            raise Failed(f"the second run took {again.seconds:.0f} s")
        if ended.exit_code:
            return Outcome(f"{spawns}; gives up after {ended.seconds:.0f} s", ended.text)
        check(here, ended)
        if ended.seconds < SIGN_IN_SECONDS:
            raise Failed(f"served after {ended.seconds:.0f} s")
        return Outcome(f"{spawns}; waits")


def _run_again(here: Stage) -> End:
    nobody = here.person("--absent")
    again = call(here, nobody)
    check(here, again)
    if nobody.arrivals():
        raise Failed("a user was asked again")
    return again


def _asked(here: Stage) -> dict[str, object]:
    """Return the requests of the product to the service, without those of the client itself."""
    counters = here.sandbox.counters()
    return {name: counters[name] for name in counters if name not in CLIENTS_OWN}


def _expect(here: Stage, **expected: int) -> None:
    counters = here.sandbox.counters()
    if expected != (actual := {name: counters[name] for name in expected}):
        raise Failed(f"{expected} expected, {actual} counted")


SCENARIOS: dict[str, Callable[[Built, Path], Outcome]] = {
    "signed out, then warm": first_and_second_run,
    "credentials that end": long_run,
    "denied": denied,
    "five at once": five_at_once,
    "a sign-in of 100 s": slow_sign_in,
}
