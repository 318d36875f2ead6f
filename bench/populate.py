"""What it costs to list large organisations and to write their profiles, beside what limits it: `make bench`.

The limit of the service, aws-sso-util's `configure populate` in the same run, and for 50,000 profiles the
budgets of time and memory. Whatever fails on the way ends the measurement.
"""

import hashlib
import json
import os
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from paths import EXECUTABLE, Desk, desk

PEERS = Path(sys.argv[1] if len(sys.argv) > 1 else ".venv/peers").resolve()
POPULATE = (EXECUTABLE, "configure", "populate", "--region", "eu-west-1", "--yes")
ACCOUNTS, ROLES = 1000, 3
PEER_ACCOUNTS = 200  # it takes more than nine minutes for a thousand
REQUESTS_PER_SECOND = 20
MANY_ACCOUNTS, MANY_ROLES = 10_000, 5


@dataclass(frozen=True, slots=True)
class Run:
    """How long a command took, and how much memory it had at most."""

    seconds: float
    mebibytes: float


def run(at: Desk, *command: str, environment: Mapping[str, str] | None = None) -> Run:
    """Run a command to its end, which must be a good one."""
    began = time.perf_counter()
    log = at.home / "log"
    stderr = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    nothing = os.open(os.devnull, os.O_RDWR)
    process = os.posix_spawn(
        command[0],
        command,
        {**at.environment, **(environment or {})},
        file_actions=[
            (os.POSIX_SPAWN_DUP2, end, to) for end, to in ((nothing, 0), (nothing, 1), (stderr, 2))
        ],
        setsid=True,
    )
    os.close(stderr)
    os.close(nothing)
    _, status, usage = os.wait4(process, 0)
    seconds = time.perf_counter() - began
    if status or "left out" in log.read_text():
        raise SystemExit(f"{' '.join(command)}: {log.read_text()}")
    return Run(seconds, usage.ru_maxrss / 1024)


def profiles(at: Desk) -> int:
    """Count the profiles of the config file."""
    return (at.home / ".aws" / "config").read_text().count("\n[profile ")


def under_a_limit() -> str:
    """Measure a service that lets twenty requests a second through, beside what that allows."""
    with desk(ACCOUNTS, ROLES) as at:
        at.sign_in()
        at.sandbox.configure(requests_per_second=REQUESTS_PER_SECOND)
        took = run(at, *POPULATE).seconds
        _expect(profiles(at), ACCOUNTS * ROLES)
        counters = at.sandbox.counters()
        requests = (
            counters["list_accounts"] + counters["list_account_roles"] - counters["throttled"]
        )
        # A second's worth may come at once, and after that as many each second.
        least = (requests - REQUESTS_PER_SECOND) / REQUESTS_PER_SECOND
        return (
            f"{least / took:6.1%}  {took:5.1f} s /{least:5.1f} s  populate {ACCOUNTS:,} accounts x {ROLES} roles / "
            f"what {REQUESTS_PER_SECOND} requests a second allow ({counters['throttled']} were throttled)"
        )


def beside_aws_sso_util() -> str:
    """Measure a service that takes 50 ms for each answer, and aws-sso-util at the same."""
    with desk(PEER_ACCOUNTS, ROLES) as at:
        at.sign_in()
        slow = {"service": "portal", "count": None, "delay_seconds": 0.05}
        at.sandbox.set_faults(slow)  # type: ignore[arg-type]  # a Rule, as a variable
        ours = run(at, *POPULATE).seconds
        _expect(profiles(at), PEER_ACCOUNTS * ROLES)
        theirs = _aws_sso_util(at)
        _expect(profiles(at), PEER_ACCOUNTS * ROLES)
        times = f"{theirs / ours:5.1f}x  {ours:5.1f} s /{theirs:5.1f} s"
        return f"{times}  populate {PEER_ACCOUNTS} accounts, 50 ms a call / aws-sso-util"


def _aws_sso_util(at: Desk) -> float:
    config = at.home / ".aws" / "config"
    config.write_text("")
    key = hashlib.sha1(at.sandbox.start_url.encode(), usedforsecurity=False).hexdigest()
    cache = at.home / ".aws" / "sso" / "cache"
    (cache / f"{key}.json").write_text(json.dumps(at.sandbox.sign_in()))
    session = ("--sso-start-url", at.sandbox.start_url, "--sso-region", at.sandbox.region)
    populate = (str(PEERS / "bin" / "aws-sso-util"), "configure", "populate", *session)
    return run(at, *populate, "--region", "eu-west-1").seconds


def fifty_thousand() -> str:
    """Measure the writing of 50,000 profiles whose roles are listed already, and a run that changes nothing."""
    with desk(MANY_ACCOUNTS, MANY_ROLES) as at:
        at.sign_in()
        run(at, EXECUTABLE, "roles", "--json")
        first = run(at, *POPULATE)
        count = profiles(at)
        _expect(count, MANY_ACCOUNTS * MANY_ROLES)
        config = at.home / ".aws" / "config"
        before = config.stat().st_mtime_ns
        second = run(at, *POPULATE)
        _expect(config.stat().st_mtime_ns, before)
        return (
            f"{first.seconds:6.1f} s  {first.mebibytes:4.0f} MiB  write {count:,} profiles "
            f"(again, nothing to write: {second.seconds:.1f} s, {second.mebibytes:.0f} MiB)"
        )


def _expect(actual: int, expected: int) -> None:
    if actual != expected:
        raise SystemExit(f"{actual}, not {expected}")


BENCHES: tuple[Callable[[], str], ...] = (under_a_limit, beside_aws_sso_util, fifty_thousand)


def main() -> None:
    """Print a line a measurement."""
    for measure in BENCHES:
        if not sys.argv[2:] or measure.__name__ in sys.argv[2:]:
            print(measure(), flush=True)


if __name__ == "__main__":
    main()
