"""The cost of listing large organisations and writing their profiles, beside its limits.

These are the rate limit of the service, aws-sso-util's `configure populate` in the same run, and for 50,000
profiles the budgets of time and memory. Any failure ends the measurement.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bench.callers import Cost
from bench.peer_testbed import token_file
from bench.peers import AWS_SSO_UTIL, CannotRunError, Peer, version
from bench.testbed import EXECUTABLE, TestBed, open_testbed, put_token

POPULATE = (EXECUTABLE, "configure", "populate", "--region", "eu-west-1", "--yes")
ACCOUNTS, ROLES = 1000, 3
PEER_ACCOUNTS = 200  # it takes more than nine minutes for a thousand
REQUESTS_PER_SECOND = 20
MANY_ACCOUNTS, MANY_ROLES = 10_000, 5


@dataclass(frozen=True, slots=True)
class AccountListJob:
    """The result in words: this product, aws-sso-util if it was run, with its version, and the budget."""

    ours: str
    theirs: str
    budget: str


def limited() -> AccountListJob:
    """Measure with a service that allows twenty requests a second, beside the time that this limit implies."""
    with open_testbed(ACCOUNTS, ROLES) as at:
        at.sign_in()
        at.sandbox.configure(requests_per_second=REQUESTS_PER_SECOND)
        took = _populate(at, POPULATE, ACCOUNTS * ROLES).seconds
        counters = at.sandbox.counters()
        requests = (
            counters["list_accounts"] + counters["list_account_roles"] - counters["throttled"]
        )
        # The requests of one second may come at once, and after that as many each second.
        least = (requests - REQUESTS_PER_SECOND) / REQUESTS_PER_SECOND
        return AccountListJob(f"{least / took:.1%} of what it allows, no failure", "", "95 %")


def unlimited(aws_sso_util: Peer) -> AccountListJob:
    """Measure with a service that takes 50 ms for each response, and aws-sso-util with the same."""
    with open_testbed(PEER_ACCOUNTS, ROLES) as at:
        at.sign_in()
        slow = {"service": "portal", "count": None, "delay_seconds": 0.05}
        at.sandbox.set_faults(slow)  # type: ignore[arg-type]  # a Rule, as a variable
        ours = _populate(at, POPULATE, PEER_ACCOUNTS * ROLES).seconds
        return AccountListJob(f"{ours:.1f} s", _peer_populates(at, aws_sso_util), "an eighth")


def _peer_populates(at: TestBed, aws_sso_util: Peer) -> str:
    """Return how long it took the peer, and its version; or why it could not run."""
    try:
        printed = version(aws_sso_util)
    except CannotRunError as exc:
        return str(exc)
    (at.home / ".aws" / "config").write_text("")
    put_token(at.home, token_file(at.sandbox), at.sandbox)
    session = ("--sso-start-url", at.sandbox.start_url, "--sso-region", at.sandbox.region)
    command = (aws_sso_util.executable, "configure", "populate", *session, "--region", "eu-west-1")
    return f"{_populate(at, command, PEER_ACCOUNTS * ROLES).seconds:.1f} s ({printed})"


def fifty_thousand() -> AccountListJob:
    """Measure writing 50,000 profiles whose roles are listed already, and a run that changes nothing."""
    with open_testbed(MANY_ACCOUNTS, MANY_ROLES) as at:
        at.sign_in()
        at.run((EXECUTABLE, "roles", "--json"))
        first = _populate(at, POPULATE, MANY_ACCOUNTS * MANY_ROLES)
        config = at.home / ".aws" / "config"
        before = config.stat().st_mtime_ns
        second = at.run(POPULATE)
        _expect(config.stat().st_mtime_ns, before)
        again = f"again, with nothing to write: {second.seconds:.1f} s"
        words = f"{first.seconds:.1f} s, {first.mebibytes:.0f} MiB ({again})"
        return AccountListJob(words, "", "20 s, 500 MiB")


LISTINGS: dict[str, Callable[[Peer], AccountListJob]] = {
    f"populate {ACCOUNTS:,} accounts of {ROLES} roles, {REQUESTS_PER_SECOND} requests a second": (
        lambda _: limited()
    ),
    f"populate {PEER_ACCOUNTS} accounts of {ROLES} roles, 50 ms a call, no limit": unlimited,
    f"populate {MANY_ACCOUNTS * MANY_ROLES:,} profiles whose roles are listed": (
        lambda _: fifty_thousand()
    ),
}


def measure(names: Iterable[str], tools: Iterable[Peer]) -> dict[str, AccountListJob]:
    """Measure these lists, and print each when it is done."""
    aws_sso_util = next(peer for peer in tools if peer.name == AWS_SSO_UTIL)
    listings = {}
    for name in names:
        one = listings[name] = LISTINGS[name](aws_sso_util)
        theirs = f"; {AWS_SSO_UTIL} {one.theirs}" if one.theirs else ""
        print(f"{name}: {one.ours}{theirs} (budget: {one.budget})", flush=True)
    return listings


def _populate(at: TestBed, command: tuple[str, ...], profiles: int) -> Cost:
    cost = at.run(command)
    if "left out" in cost.said:
        raise SystemExit(f"{' '.join(command)}: {cost.said}")
    _expect((at.home / ".aws" / "config").read_text().count("\n[profile "), profiles)
    return cost


def _expect(actual: int, expected: int) -> None:
    if actual != expected:
        raise SystemExit(f"{actual}, not {expected}")
