"""The same work done by every tool in one run: same machine, same service, in turns."""

import statistics
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bench.callers import Cost
from bench.peer_testbed import Stand, stand
from bench.peers import ALL, CannotRunError, Peer, version


@dataclass(frozen=True, slots=True)
class Case:
    """This many callers of one role, with a valid token; ``warm``: the credentials are cached, too."""

    name: str
    callers: int
    rounds: int
    warm: bool = False


@dataclass(frozen=True, slots=True)
class Effort:
    """The cost of one case for one tool: medians of the rounds, and all failures."""

    seconds: float
    cpu_seconds: float
    mebibytes: float
    requests: float
    calls: int
    failed: int
    said: str


@dataclass(frozen=True, slots=True)
class Row:
    """A tool, its version, and the cost of each case; or the reason why it was not measured."""

    name: str
    version: str
    efforts: dict[str, Effort]
    reason: str = ""


CASES = (
    Case("warm", 1, 15, warm=True),
    Case("cold, valid token", 1, 9),
    Case("50 at once, cold", 50, 3),
    Case("200 at once, cold", 200, 1),
)


def measure(cases: Iterable[Case] = CASES) -> list[Row]:
    """Measure all tools that can be run here, in turns."""
    with stand() as at:
        rows = {peer: _row(at, peer) for peer in ALL}
        for case in cases:
            for peer, effort in _efforts(at, case, [peer for peer in ALL if not rows[peer].reason]):
                rows[peer].efforts[case.name] = effort
        return list(rows.values())


def lines(rows: Iterable[Row]) -> Iterator[str]:
    """Return lines for a terminal."""
    for row in rows:
        yield f"{row.name} {row.version}{row.reason and f' could not run: {row.reason}'}"
        for case, effort in row.efforts.items():
            failures = f", {effort.failed} of {effort.calls} failed" if effort.failed else ""
            yield (
                f"    {case:18} {effort.seconds * 1000:7.0f} ms {effort.cpu_seconds * 1000:7.0f} ms of CPU"
                f" {effort.mebibytes:6.0f} MiB {effort.requests:5.0f} requests{failures}"
            )


def _row(at: Stand, peer: Peer) -> Row:
    """Sign in with a tool, and measure all cases."""
    try:
        told = version(peer)
        at.sign_in(peer)
    except CannotRunError as exc:
        return Row(peer.name, "", {}, str(exc))
    return Row(peer.name, told, {})


def _efforts(at: Stand, case: Case, peers: list[Peer]) -> Iterator[tuple[Peer, Effort]]:
    rounds = [[_round(at, case, peer) for peer in peers] for _ in range(case.rounds)]
    for peer, taken in zip(peers, zip(*rounds, strict=True), strict=True):
        costs = [cost for cost, _ in taken]
        memory = [cost.mebibytes for cost in costs]
        if case.callers > 1:
            memory = [_round(at, case, peer, weigh=True)[0].together]
        effort = Effort(
            seconds=statistics.median(cost.seconds for cost in costs),
            cpu_seconds=statistics.median(cost.cpu_seconds for cost in costs),
            mebibytes=statistics.median(memory),
            requests=statistics.median(requests for _, requests in taken),
            calls=case.callers * case.rounds,
            failed=sum(cost.failed for cost in costs),
            said=next((cost.last_words for cost in costs if cost.failed), ""),
        )
        yield peer, effort


def _round(at: Stand, case: Case, peer: Peer, *, weigh: bool = False) -> tuple[Cost, int]:
    """Run callers in a copy of the signed-in home; return the cost, and how many requests were sent."""
    with at.home(peer) as home:
        if case.warm:
            at.call(peer, home)
        before = len(at.sandbox.requests())
        cost = at.call(peer, home, case.callers, weigh=weigh)
        return cost, len(at.sandbox.requests()) - before
