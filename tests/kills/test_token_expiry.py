"""Twenty processes at the moment when the token expires, round after round, with botocore beside them.

A refresh token works once, so a second exchange would fail, and sign all callers out.
"""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from credential_process.sandbox import Sandbox
from testing.executable import Executable, finish
from testing.home import Home
from testing.people import Person

EVERYTHING = os.environ.get("KILLS") == "all"
ROUNDS = 20 if EVERYTHING else 2
CALLERS = 20
NEIGHBOURS = 8
NEIGHBOUR = Path(__file__).with_name("neighbour.py")
# As users of the AWS CLI have it: botocore itself finds the session and the token.
PROFILE = """
[profile neighbour]
sso_session = corp
sso_account_id = {account_id}
sso_role_name = Developer
region = us-east-1
"""


@dataclass(frozen=True, slots=True)
class Round:
    """The result of one round: exchanges by the broker and by botocore, and failures of each."""

    broker_exchanges: int
    botocore_exchanges: int
    sign_ins: int
    get_failures: int
    botocore_failures: int


@dataclass(frozen=True, slots=True)
class Expiry:
    """A token that expires while all callers ask."""

    get: Executable
    home: Home
    sandbox: Sandbox
    expire: Callable[[], None]

    def round(self, *, callers: int, neighbours: int) -> Round:
        """Make the token expire and all callers ask at once; each third of the callers of `get` has its own role."""
        self.home.sign_in(self.sandbox)
        self.expire()
        for document in self.home.state.glob("*/roles/*/*"):
            document.unlink()
        seen, asked = len(self.sandbox.requests()), self.sandbox.counters()["authorize"]
        start, go = os.pipe()
        neighbours_started = [self._neighbour(start) for _ in range(neighbours)]
        os.close(start)
        for process in neighbours_started:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        os.close(go)  # all of them now read the end of the pipe
        callers_started = [self._caller(number) for number in range(callers)]
        get_ends = [finish(process) for process in callers_started]
        botocore_ends = [finish(process) for process in neighbours_started]
        exchanges = Counter(
            _is_of_the_broker(record.headers)
            for record in self.sandbox.requests()[seen:]
            if record.operation == "token"
        )
        return Round(
            broker_exchanges=exchanges[True],
            botocore_exchanges=exchanges[False],
            sign_ins=self.sandbox.counters()["authorize"] - asked,
            get_failures=sum(end.returncode != 0 for end in get_ends),
            botocore_failures=sum(end.returncode != 0 for end in botocore_ends),
        )

    def _caller(self, number: int) -> "subprocess.Popen[str]":
        account = self.sandbox.accounts[number % 3].account_id
        return self.get.start(*self.get.arguments[:3], account, *self.get.arguments[4:])

    def _neighbour(self, start: int) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, str(NEIGHBOUR)],
            env={**self.get.environment, "AWS_PROFILE": "neighbour"},
            stdin=start,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )


def _is_of_the_broker(headers: dict[str, str]) -> bool:
    return "sso-credential-process" in headers.get("user-agent", "")


@pytest.fixture
def expiry(
    get: Executable, signed_in: Home, sandbox: Sandbox, expire: Callable[[], None], nobody: Person
) -> Expiry:
    """Sign in at a service that accepts each refresh token once; no user may be asked."""
    assert get().returncode == 0
    with signed_in.config.open("a") as config:
        config.write(PROFILE.format(account_id=sandbox.accounts[0].account_id))
    environment = {**get.environment, "BROWSER": nobody.browser}
    alone = Executable(get.command, get.home, environment, get.arguments)
    return Expiry(alone, signed_in, sandbox, expire)


def test_each_expiry_costs_one_exchange(expiry: Expiry, sandbox: Sandbox) -> None:
    """Twenty processes find the token expired at the same moment, every hour of the day."""
    rounds = [expiry.round(callers=CALLERS, neighbours=0) for _ in range(ROUNDS)]
    assert rounds == [Round(1, 0, 0, 0, 0)] * ROUNDS
    assert sandbox.counters()["refresh_reuse_attempts"] == 0


def test_botocore_makes_no_caller_of_get_fail(expiry: Expiry, sandbox: Sandbox) -> None:
    """It uses no lock, so it may spend the refresh token first: then its new token is used."""
    beside = [expiry.round(callers=CALLERS, neighbours=NEIGHBOURS) for _ in range(ROUNDS)]
    if EVERYTHING:
        alone = [expiry.round(callers=0, neighbours=NEIGHBOURS) for _ in range(ROUNDS)]
        print(table({"botocore alone": alone, "beside a broker": beside}))
    assert [(each.sign_ins, each.get_failures) for each in beside] == [(0, 0)] * ROUNDS
    assert [each for each in beside if each.broker_exchanges > 1] == []
    assert sandbox.counters()["authorize"] == 0


def table(results: dict[str, list[Round]]) -> str:
    """Return a table of exchanges and failures, of botocore and of `get`."""
    runs = ROUNDS * NEIGHBOURS
    lines = [f"\n{'':20}{'exchanges, botocore':>20}{'get':>8}{'failures, botocore':>20}{'get':>8}"]
    for what, rounds in results.items():
        botocore_exchanges = sum(each.botocore_exchanges for each in rounds)
        broker_exchanges = sum(each.broker_exchanges for each in rounds)
        failed = f"{sum(each.botocore_failures for each in rounds)} of {runs}"
        get_failures = sum(each.get_failures for each in rounds)
        lines.append(
            f"{what:20}{botocore_exchanges:>20}{broker_exchanges:>8}{failed:>20}{get_failures:>8}"
        )
    return "\n".join(lines)
