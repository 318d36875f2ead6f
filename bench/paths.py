"""The cost of each path beside the least possible cost, and the limit of each, its budget.

Medians of interleaved pairs, so that other load on this machine affects both sides. The pretend Identity Center
answers at once.
"""

import os
import statistics
import sys
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.testbed import PERSON, TestBed, open_testbed

BARE = (sys.executable, "-I", "-c", "pass")
BOTOCORE = """
import json, os, sys
import botocore.session
from botocore import UNSIGNED
from botocore.config import Config
token, account, role = sys.argv[1:]
client = botocore.session.Session().create_client(
    "sso", region_name="us-east-1", config=Config(signature_version=UNSIGNED)
)
answer = client.get_role_credentials(accessToken=token, accountId=account, roleName=role)
print(json.dumps(answer["roleCredentials"]))
"""
PAIRS, COLD_PAIRS = 31, 11


@dataclass(frozen=True, slots=True)
class Timing:
    """The time of a path, the time of the floor under it (0: it has none), and the longest allowed.

    The memory of all its processes is 0 where it has no limit.
    """

    seconds: float
    floor_seconds: float
    limit_seconds: float
    mebibytes: float = 0
    limit_mebibytes: float = 0

    @property
    def is_met(self) -> bool:
        """Return whether the path keeps its limits."""
        return self.seconds <= self.limit_seconds and self.mebibytes <= self.limit_mebibytes


def warm() -> Timing:
    """Measure a cached role."""
    with open_testbed() as at:
        at.sign_in()
        at.run(at.command())
        ours, floor = _pairs(lambda _: at.run(at.command()).seconds, lambda: _bare(at), PAIRS)
        return Timing(ours, floor, floor)


def ask() -> Timing:
    """Measure a role that is not cached, with a running broker."""
    with open_testbed(accounts=PAIRS + 2) as at:
        at.sign_in()
        at.run(at.command(account=PAIRS + 1), mode="keep")

        def uncached(number: int) -> float:
            before = len(at.sandbox.requests())
            seconds = at.run(at.command(account=number), mode="keep").seconds
            served = [record.seconds or 0 for record in at.sandbox.requests()[before:]]
            return seconds - sum(served)

        ours, floor = _pairs(uncached, lambda: _bare(at), PAIRS)
        return Timing(ours, floor, 1.7 * floor)


def cold() -> Timing:
    """Measure a role that is not cached, without a broker, and the memory of caller and broker."""
    with open_testbed(accounts=COLD_PAIRS + 1) as at:
        at.sign_in()
        memory = []

        def uncached(number: int) -> float:
            cost = at.run(at.command(account=number))
            memory.append(cost.mebibytes)
            return cost.seconds

        ours, floor = _pairs(uncached, lambda: _bare(at), COLD_PAIRS)
        return Timing(ours, floor, 11 * floor, statistics.median(memory), 40)


def cold_beside_script() -> Timing:
    """Measure the same beside a botocore script."""
    with open_testbed(accounts=COLD_PAIRS + 1) as at:
        at.sign_in()
        ours, floor = _pairs(
            lambda number: at.run(at.command(account=number)).seconds,
            lambda: _botocore(at),
            COLD_PAIRS,
        )
        return Timing(ours, floor, 0.55 * floor)


def one_role(callers: int = 200) -> Timing:
    """Measure many callers of one role at once, without a broker, beside as many bare interpreters."""
    ours, floor = _crowds(callers, 1)
    return Timing(ours, floor, 1.4 * floor)


def many_roles(callers: int = 50) -> Timing:
    """Measure many callers at once, each with its own role; the floor may include a botocore script."""
    ours, floor = _crowds(callers, callers)
    with open_testbed() as at:
        at.sign_in()
        script = statistics.median(_botocore(at) for _ in range(5))
    return Timing(ours, floor, 1.6 * floor + script / 2)


def signed_out(callers: int = 200) -> Timing:
    """Measure the time from the approval until all callers have credentials."""
    with open_testbed() as at, TemporaryDirectory() as folder, ThreadPoolExecutor() as threads:
        gate = Path(folder) / "gate"
        os.mkfifo(gate)
        browser = {"BROWSER": f"{sys.executable} -I {PERSON} --wait-for {gate} %s"}
        commands = [at.command()] * callers
        waiting = threads.submit(lambda: at.run(*commands, environment=browser, mode="keep"))
        state = at.home / ".aws" / "sso-credential-process"
        while len(list(state.glob("*/hosts/*/wants/*"))) < callers:
            time.sleep(0.01)
        gate.write_bytes(b"")
        began = time.perf_counter()
        waiting.result()
        seconds = time.perf_counter() - began
        counters = at.sandbox.counters()
        asked = [counters[name] for name in ("register", "authorize", "role_credentials")]
        if [*asked, counters["token"]["authorization_code"]] != [1, 1, 1, 1]:
            raise SystemExit(f"more was asked of the service than once: {counters}")
        return Timing(seconds, 0, 1)


PATHS: dict[str, Callable[[], Timing]] = {
    "warm `get` / a bare interpreter": warm,
    "ask with a living broker, service time apart / a bare interpreter": ask,
    "cold broker, one role / a bare interpreter": cold,
    "cold broker, one role / a botocore script": cold_beside_script,
    "200 callers at once, one role, no broker yet / 200 bare interpreters": one_role,
    "50 callers, 50 roles, no broker yet / 50 bare interpreters": many_roles,
    "200 callers, signed out: from the approval until all are served": signed_out,
}


def measure(names: Iterable[str]) -> dict[str, Timing]:
    """Measure these paths, and print each when it is done."""
    timings = {}
    for name in names:
        timings[name] = PATHS[name]()
        print(_line(name, timings[name]), flush=True)
    return timings


def _line(name: str, timing: Timing) -> str:
    limit = f"limit {timing.limit_seconds * 1000:.0f} ms"
    if not timing.floor_seconds:
        return f"        {timing.seconds * 1000:6.0f} ms, {limit}  {name}"
    times = f"{timing.seconds * 1000:6.0f} ms /{timing.floor_seconds * 1000:5.0f} ms"
    return f"{timing.seconds / timing.floor_seconds:5.2f}x  {times}, {limit}  {name}"


def _bare(at: TestBed) -> float:
    return at.run(BARE).seconds


def _botocore(at: TestBed) -> float:
    account_id = at.sandbox.accounts[0].account_id
    script = (sys.executable, "-I", "-c", BOTOCORE, at.token(), account_id, "Developer")
    return at.run(script).seconds


def _pairs(
    ours: Callable[[int], float], floor: Callable[[], float], count: int
) -> tuple[float, float]:
    """Return the medians of interleaved measurements, the first of which does not count."""
    measured = [(ours(number), floor()) for number in range(count + 1)][1:]
    one, other = zip(*measured, strict=True)
    return statistics.median(one), statistics.median(other)


def _crowds(callers: int, roles: int) -> tuple[float, float]:
    """Return the medians of crowds with a valid token and no broker, and of as many bare interpreters."""

    def ours(_: int) -> float:
        with open_testbed(accounts=roles) as at:
            at.sign_in()
            cost = at.run(*(at.command(account=number % roles) for number in range(callers)))
            fetched = at.sandbox.counters()["role_credentials"]
            if fetched != roles:
                raise SystemExit(f"{fetched} GetRoleCredentials for {roles} roles")
            return cost.seconds

    with open_testbed() as beside:
        return _pairs(ours, lambda: beside.run(*[BARE] * callers).seconds, 5)
