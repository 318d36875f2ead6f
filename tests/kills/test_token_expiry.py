"""Twenty processes at the moment when the token expires, round after round; botocore beside them.

A refresh token serves once, so that a second exchange would fail, and sign everybody out.
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

ROUNDS = 20 if os.environ.get("KILLS") == "all" else 3
CALLERS = 20
NEIGHBOURS = 8
NEIGHBOUR = Path(__file__).with_name("neighbour.py")
# As an AWS CLI user has it: botocore finds the session and the token by itself.
PROFILE = """
[profile neighbour]
sso_session = corp
sso_account_id = {account_id}
sso_role_name = Developer
region = us-east-1
"""


@dataclass(frozen=True, slots=True)
class Round:
    """What one round came to: exchanges of ours and of botocore's, failures of each."""

    our_exchanges: int
    their_exchanges: int
    sign_ins: int
    our_failures: int
    their_failures: int


@dataclass(frozen=True, slots=True)
class Expiry:
    """A token that expires while everybody asks."""

    get: Executable
    home: Home
    sandbox: Sandbox
    expire: Callable[[], None]

    def round(self, *, callers: int, neighbours: int) -> Round:
        """Let the token expire and all ask at once; a role of its own for each third of ours."""
        self.home.sign_in(self.sandbox)
        self.expire()
        for document in self.home.state.glob("*/roles/*/*"):
            document.unlink()
        seen, asked = len(self.sandbox.requests()), self.sandbox.counters()["authorize"]
        start, go = os.pipe()
        theirs = [self._neighbour(start) for _ in range(neighbours)]
        os.close(start)
        for process in theirs:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        os.close(go)  # all of them read the end of the pipe now
        ours = [self._caller(number) for number in range(callers)]
        our_ends = [finish(process) for process in ours]
        their_ends = [finish(process) for process in theirs]
        exchanges = Counter(
            _is_ours(record.headers)
            for record in self.sandbox.requests()[seen:]
            if record.operation == "token"
        )
        return Round(
            our_exchanges=exchanges[True],
            their_exchanges=exchanges[False],
            sign_ins=self.sandbox.counters()["authorize"] - asked,
            our_failures=sum(end.returncode != 0 for end in our_ends),
            their_failures=sum(end.returncode != 0 for end in their_ends),
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


def _is_ours(headers: dict[str, str]) -> bool:
    return "sso-credential-process" in headers.get("user-agent", "")


@pytest.fixture
def expiry(
    get: Executable, signed_in: Home, sandbox: Sandbox, expire: Callable[[], None], nobody: Person
) -> Expiry:
    """Sign in with a service that takes each refresh token once; nobody may be asked."""
    assert get().returncode == 0
    with signed_in.config.open("a") as config:
        config.write(PROFILE.format(account_id=sandbox.accounts[0].account_id))
    environment = {**get.environment, "BROWSER": nobody.browser}
    alone = Executable(get.command, get.home, environment, get.arguments)
    return Expiry(alone, signed_in, sandbox, expire)


def test_each_expiry_costs_one_exchange(expiry: Expiry, sandbox: Sandbox) -> None:
    """Twenty processes find the token expired in the same moment, every hour of the day."""
    rounds = [expiry.round(callers=CALLERS, neighbours=0) for _ in range(ROUNDS)]
    assert rounds == [Round(1, 0, 0, 0, 0)] * ROUNDS
    assert sandbox.counters()["refresh_reuse_attempts"] == 0


def test_botocore_beside_us_costs_us_nothing(
    expiry: Expiry, sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    """It takes no lock, so it may spend the refresh token first: then we adopt what it was given."""
    alone = [expiry.round(callers=0, neighbours=NEIGHBOURS) for _ in range(ROUNDS)]
    beside = [expiry.round(callers=CALLERS, neighbours=NEIGHBOURS) for _ in range(ROUNDS)]
    with capsys.disabled():
        print(table({"botocore alone": alone, "botocore beside us": beside}))
    assert [(each.sign_ins, each.our_failures) for each in beside] == [(0, 0)] * ROUNDS
    assert [each for each in beside if each.our_exchanges > 1] == []
    assert sandbox.counters()["authorize"] == 0


def table(results: dict[str, list[Round]]) -> str:
    """Show how often botocore failed, out of how many processes."""
    asked = ROUNDS * NEIGHBOURS
    lines = [f"\n{'':20}{'exchanges, theirs':>20}{'ours':>8}{'failures, theirs':>20}{'ours':>8}"]
    for what, rounds in results.items():
        theirs = sum(each.their_exchanges for each in rounds)
        ours = sum(each.our_exchanges for each in rounds)
        failed = f"{sum(each.their_failures for each in rounds)} of {asked}"
        our_failures = sum(each.our_failures for each in rounds)
        lines.append(f"{what:20}{theirs:>20}{ours:>8}{failed:>20}{our_failures:>8}")
    return "\n".join(lines)
