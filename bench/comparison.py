"""The same work done by every tool in one run: same machine, same service, in turns."""

import statistics
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from bench import background
from bench.callers import Cost, Mode
from bench.peer_testbed import Stand, stand
from bench.peers import OTHER_ROLE, ROLES, CannotRunError, Peer, version

SLOW_SECONDS = 4  # a tool whose round takes longer has one only: it is an average of enough work


@dataclass(frozen=True, slots=True)
class Case:
    """This many callers with a valid token, for as many roles; nothing is cached, and no broker runs, unless named.

    ``warm``: the credentials are cached. ``after_another``: another role was asked for just before, and what that
    call left running runs.
    """

    name: str
    callers: int
    rounds: int
    roles: int = 1
    warm: bool = False
    after_another: bool = False


@dataclass(frozen=True, slots=True)
class Effort:
    """The cost of one case for one tool: medians of the rounds, and all failures."""

    seconds: float
    cpu_seconds: float
    mebibytes: float
    requests: float
    calls: int
    rounds: int
    failed: int
    said: str


@dataclass(frozen=True, slots=True)
class Row:
    """A tool, its version, and the cost of each case; or the reason why it was not measured."""

    name: str
    version: str
    efforts: dict[str, Effort]
    reason: str = ""
    elsewhere: bool = False


CASES = {
    case.name: case
    for case in (
        Case("warm", 1, 15, warm=True),
        Case("cold, valid token", 1, 9),
        Case("the next role", 1, 9, after_another=True),
        Case("50 at once, cold", 50, 3),
        Case("50 roles at once, cold", 50, 3, roles=50),
        Case("200 at once, cold", 200, 1),
    )
}


def measure(tools: Iterable[Peer], names: Iterable[str]) -> list[Row]:
    """Measure all tools that can be run here, in turns; print each case when it is done."""
    cases = [CASES[name] for name in names]
    rows = {peer: _row(peer) for peer in tools}
    for roles in sorted({case.roles for case in cases}):
        with stand(roles) as at:
            rows = {peer: _signed_in(at, peer, row) for peer, row in rows.items()}
            able = [peer for peer, row in rows.items() if not row.reason]
            for case in cases:
                if case.roles == roles:
                    for peer, effort in _efforts(at, case, able):
                        rows[peer].efforts[case.name] = effort
                        print(_line(case, peer, effort), flush=True)
    return list(rows.values())


def _row(peer: Peer) -> Row:
    """Return the row of a tool, without costs yet."""
    try:
        return Row(peer.name, version(peer), {}, "", peer.elsewhere)
    except CannotRunError as exc:
        return Row(peer.name, "", {}, str(exc), peer.elsewhere)


def _signed_in(at: Stand, peer: Peer, row: Row) -> Row:
    """Sign in with a tool, unless it is known that it cannot run; return its row, with the reason if it fails."""
    try:
        if not row.reason:
            at.sign_in(peer)
    except CannotRunError as exc:
        row = replace(row, reason=str(exc))
    print(f"{row.name} {row.version}{row.reason and f' could not run: {row.reason}'}", flush=True)
    return row


def _line(case: Case, peer: Peer, effort: Effort) -> str:
    failures = f", {effort.failed} of {effort.calls} failed" if effort.failed else ""
    return (
        f"{case.name:22} {peer.name:22} {effort.seconds * 1000:7.0f} ms"
        f" {effort.cpu_seconds * 1000:7.0f} ms of CPU {effort.mebibytes:6.0f} MiB"
        f" {effort.requests:5.0f} requests{failures}"
    )


def _efforts(at: Stand, case: Case, peers: Sequence[Peer]) -> Iterator[tuple[Peer, Effort]]:
    taken: dict[Peer, list[tuple[Cost, int]]] = {peer: [] for peer in peers}
    for _ in range(case.rounds):
        for peer, rounds in taken.items():
            if not rounds or rounds[0][0].seconds < SLOW_SECONDS:
                rounds.append(_round(at, case, peer))
    for peer, rounds in taken.items():
        costs = [cost for cost, _ in rounds]
        memory = [cost.mebibytes for cost in costs]
        if case.callers > 1:
            memory = [_round(at, case, peer, weigh=True)[0].together]
        effort = Effort(
            seconds=statistics.median(cost.seconds for cost in costs),
            cpu_seconds=statistics.median(cost.cpu_seconds for cost in costs),
            mebibytes=statistics.median(memory),
            requests=statistics.median(requests for _, requests in rounds),
            calls=case.callers * len(rounds),
            rounds=len(rounds),
            failed=sum(cost.failed for cost in costs),
            said=next((cost.last_words for cost in costs if cost.failed), ""),
        )
        yield peer, effort


def _round(at: Stand, case: Case, peer: Peer, *, weigh: bool = False) -> tuple[Cost, int]:
    """Run callers in a copy of the signed-in home; return the cost, and how many requests were sent."""
    roles = [ROLES[number % case.roles] for number in range(case.callers)]
    with at.home(peer) as home:
        if case.warm:
            at.call(peer, home)
        if case.after_another:
            at.call(peer, home, [OTHER_ROLE], mode="keep")
        requests, used = len(at.sandbox.requests()), background.usage(home).cpu_seconds
        mode: Mode = "weigh" if weigh else "keep" if case.after_another else ""
        cost = at.call(peer, home, roles, mode=mode)
        running = background.usage(home)
        cost = replace(
            cost,
            cpu_seconds=cost.cpu_seconds + running.cpu_seconds - used,
            mebibytes=cost.mebibytes + running.mebibytes,
        )
        return cost, len(at.sandbox.requests()) - requests
