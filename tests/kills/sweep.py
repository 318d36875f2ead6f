"""A sweep: one kill after the other, each with its outcome."""

from collections.abc import Callable, Iterable

from tests.kills.strace import Point, versions

Outcome = tuple[object, ...]


def sweep(
    what: str, points: Iterable[Point], kill: Callable[[Point], tuple[bool, Outcome]]
) -> dict[str, Outcome]:
    """Kill at every point; return the outcomes that differ from the good one.

    `kill` returns whether the point was reached, and the outcome: first an exit code, then how much
    was lost, so all zeros is good. Some points are reached in some runs only, because the runs of a
    process that polls differ. The first call of each kind must be reached.
    """
    struck = {}
    outcomes = {}
    for point in points:
        struck[point], outcomes[str(point)] = kill(point)
    print(f"{what}: killed at {sum(struck.values())} of {len(struck)} points; {versions()}")
    missed = [point for point, reached in struck.items() if point.nth == 1 and not reached]
    return {
        **{point: outcome for point, outcome in outcomes.items() if any(outcome)},
        **{str(point): ("never reached",) for point in missed},
    }
