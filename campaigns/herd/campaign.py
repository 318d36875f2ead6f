"""A herd: callers all the time, and every kind of event, in an order that a seed decides."""

from __future__ import annotations

import os
import random
import re
import signal
import threading
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from campaigns.herd import checks
from campaigns.herd.calls import Callers, Role
from campaigns.herd.sign_ins import SignIns, run
from testing import broker, processes
from testing.proof import files_with_tokens

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from campaigns.herd.calls import Call
    from credential_process.sandbox import Sandbox
    from credential_process.sandbox.control.request_log import Counters
    from credential_process.sandbox.state.settings import Changes
    from testing.executable import Executable
    from testing.home import Home

USERS = ("ada", "grace", "mallory")
ROLES: list[Role] = [
    (account_id, role_name)
    for account_id in ("111122220001", "111122220002")
    for role_name in ("Administrator", "Developer")
]
# So short that tokens are refreshed and roles fetched all the time.
LIVES: Changes = {"access_token_seconds": 30, "role_session_seconds": 120}
# How many calls end between two events.
PACE = (0, 8)
# Callers may wait for a page that no user answers, because the browser reached a broker when it was killed.
STALL_SECONDS = 15
# How long to wait for a refresh: while the user is signed out there will be none.
RENEWAL_SECONDS = 3


@dataclass(frozen=True, slots=True)
class Herd:
    """The home of all callers, the commands, and the user at the browser."""

    home: Home
    sandbox: Sandbox
    get: Executable
    login: Executable
    logout: Executable
    browser: Callable[[str], Mapping[str, str]]


@dataclass(slots=True)
class Report:
    """What happened, and what should not have happened."""

    calls: list[Call] = field(default_factory=list)
    events: Counter[str] = field(default_factory=Counter)
    excused: int = 0
    failures: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        """Return the counts, and then every failure."""
        ends = Counter(call.returncode for call in self.calls)
        slowest = max((call.seconds for call in self.calls), default=0)
        return [
            f"calls: {len(self.calls)}, by exit: {_counts(ends)}; the slowest took {slowest:.1f} s",
            f"events: {_counts(self.events)}",
            f"refused refresh tokens presented again after a kill in the same moment: {self.excused}",
            *(f"{count} calls ended so: {words}" for words, count in self._words().items()),
            *(f"FAILED: {failure}" for failure in self.failures),
        ]

    def _words(self) -> Counter[str]:
        """Count the messages of callers, without the numbers in them."""
        return Counter(
            f"exit {call.returncode}: {re.sub('[0-9]+', 'N', call.stderr.strip())}"
            for call in self.calls
            if call.returncode not in {0, -9}
        )


class Campaign:
    """Run a herd for some time; the seed decides the order of events, not their times."""

    def __init__(self, herd: Herd, *, seed: int, at_once: int) -> None:
        self._herd = herd
        self._chance = random.Random(seed)
        self._user = USERS[0]
        self._kills: list[float] = []
        self._losses: list[float] = []
        self._is_over = threading.Event()
        self._sign_ins = SignIns(herd.home, herd.sandbox, herd.login, herd.logout)
        self._callers = Callers(
            herd.get,
            roles=ROLES,
            at_once=at_once,
            seed=seed,
            environment=lambda: herd.browser(self._user),
        )
        self._events: dict[str, tuple[int, Callable[[], object]]] = {
            "callers killed": (30, self._kill_callers),
            "broker killed": (30, self._kill_broker),
            "documents deleted": (20, self._delete_documents),
            "token expired": (10, self._expire_tokens),
            "broker killed in a renewal": (10, self._kill_in_a_renewal),
            "session revoked": (3, self._revoke),
            "logout": (5, self._logout),
            "logout and login": (5, self._change_user),
            "login --force": (5, self._force),
            "aws sso logout": (4, self._aws_cli_logout),
            "aws sso login": (3, self._aws_cli_login),
            "aws sso logout and login": (3, self._aws_cli_change),
        }

    def run(self, seconds: float) -> Report:
        """Run for this long, then let all calls end, sign out, and check."""
        report = Report()
        deadline = time.monotonic() + seconds
        self._callers.start()
        try:
            while time.monotonic() < deadline:
                self._wait(report)
                self._strike(report)
        finally:
            rescuer = threading.Thread(target=self._rescue_until_all_have_ended)
            rescuer.start()
            self._callers.end()
            self._is_over.set()
            rescuer.join()
        self._check(report)
        return report

    def _wait(self, report: Report) -> None:
        calls = self._chance.randint(*PACE)
        if not self._callers.wait_for(calls, STALL_SECONDS):
            report.events["page opened again"] += 1
            self._sign_ins.login(self._herd.browser(self._user))

    def _strike(self, report: Report) -> None:
        names = list(self._events)
        weights = [self._events[name][0] for name in names]
        (name,) = self._chance.choices(names, weights)
        if self._events[name][1]() is not False:
            report.events[name] += 1

    def _rescue_until_all_have_ended(self) -> None:
        while not self._is_over.wait(STALL_SECONDS):
            self._sign_ins.login(self._herd.browser(self._user))

    def _kill_callers(self) -> bool:
        killed = [self._callers.kill_one(self._chance) for _ in range(5)]
        return True in killed

    def _kill_broker(self) -> bool:
        """Kill the running broker, if any; return whether there was one."""
        with suppress(OSError, ValueError, KeyError):
            process = broker.process_id(self._herd.home)
            handle = os.pidfd_open(process)
            try:
                # The handle names one process for ever: first make sure that it is the broker.
                if b"broker" in Path(f"/proc/{process}/cmdline").read_bytes():
                    signal.pidfd_send_signal(handle, signal.SIGKILL)
                    self._kills.append(time.time())
                    return True
            finally:
                os.close(handle)
        return False

    def _delete_documents(self) -> None:
        """Delete the cached credentials, so that all callers ask again."""
        for document in self._herd.home.state.glob("*/roles/*/[!.]*"):
            document.unlink(missing_ok=True)

    def _expire_tokens(self) -> None:
        self._losses.append(time.monotonic())
        self._herd.sandbox.expire("access_tokens")

    def _kill_in_a_renewal(self) -> bool:
        """Kill a broker soon after it has sent its refresh token; return whether there was one."""
        before = self._renewals(self._herd.sandbox.counters())
        self._expire_tokens()
        self._delete_documents()
        renews = self._herd.sandbox.wait_until(
            lambda counters: self._renewals(counters) > before, RENEWAL_SECONDS
        )
        return renews and self._kill_broker()

    @staticmethod
    def _renewals(counters: Counters) -> int:
        return int(counters["token"]["refresh_token"])

    def _revoke(self) -> None:
        self._losses.append(time.monotonic())
        self._herd.sandbox.revoke_session()

    def _logout(self) -> None:
        self._sign_ins.logout()

    def _change_user(self) -> None:
        self._sign_ins.logout()
        self._next_user()
        self._sign_ins.login(self._herd.browser(self._user))

    def _force(self) -> None:
        self._next_user()
        self._sign_ins.login_by_force(self._herd.browser(self._user))

    def _aws_cli_logout(self) -> None:
        self._sign_ins.aws_cli_logout()

    def _aws_cli_login(self) -> None:
        self._next_user()
        self._sign_ins.aws_cli_login(self._user)

    def _aws_cli_change(self) -> None:
        self._sign_ins.aws_cli_logout()
        self._aws_cli_login()

    def _next_user(self) -> None:
        self._user = self._chance.choice([user for user in USERS if user != self._user])

    def _check(self, report: Report) -> None:
        herd = self._herd
        report.calls = self._callers.calls
        found, report.excused = checks.presented_again(herd.sandbox.requests(), self._kills)
        report.failures += [
            *self._callers.failures,
            *checks.wrong_owners(report.calls, herd.sandbox, self._sign_ins.over),
            *checks.rude(report.calls, self._losses),
            *found,
        ]
        report.failures += self._after_the_herd()
        report.failures += self._sign_ins.failures

    def _after_the_herd(self) -> list[str]:
        """Sign out, let a last broker clean up, and return the files that should not be left."""
        herd = self._herd
        self._sign_ins.logout()
        done = run(herd.get, "--no-login")
        left = [] if done.returncode == 3 else [f"after all: exit {done.returncode}: {done.stderr}"]
        processes.end(herd.home.path)
        return [
            *left,
            *checks.tracebacks(
                [*herd.home.host_files("broker.log"), *herd.home.host_files("broker.log.1")]
            ),
            *(f"a token is left: {path}" for path in files_with_tokens(herd.home, herd.sandbox)),
            *(f"not documented: {path}" for path in checks.undocumented(herd.home.state)),
        ]


def _counts(counter: Counter[str] | Counter[int]) -> str:
    return ", ".join(f"{name}: {count}" for name, count in sorted(counter.items()))
