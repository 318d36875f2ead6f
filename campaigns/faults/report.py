"""What a run has found: by request and by what its answers are taken for."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from campaigns.faults.answers import Case, outcome
from campaigns.page import VERSIONS, table

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    Trial = tuple[Case, ...]
    Cells = tuple[str, ...]

COMMAND = "make faults: service"
_PART = """\
With {versions}: {trials} trials, {deviations}.
Trials that deviated at first and were tried once more, alone: {repeated}.

{single}

Two wrong answers, of one kind each, with the recovery after the second:

{pairs}"""


def text(trials: Collection[Trial], failed: Collection[Trial]) -> str:
    """Return the table for a terminal."""
    lines = [f"\n{'request, and what its answer is taken for':48} {'trials':>7} {'deviate':>8}"]
    for name, run, bad in _counted(trials, failed, _kind):
        lines.append(f"{', '.join(name):48} {run:7} {bad:8}")
    return "\n".join(lines)


def markdown(trials: Collection[Trial], failed: Collection[Trial], repeated: int) -> str:
    """Return the part of the page between the marks; `repeated` is how many trials it took a second try for."""
    heads = ("request", "answers that are", "exit", "sign-ins meanwhile", "and after")
    deviations = f"{len(failed)} of which deviate" if failed else "none of which deviates"
    return _PART.format(
        versions=VERSIONS,
        trials=len(trials),
        deviations=deviations,
        repeated=repeated,
        single=_table(heads, _counted(_of(1, trials), _of(1, failed), _row)),
        pairs=_table(("requests",), _counted(_of(2, trials), _of(2, failed), _kind)),
    )


def _of(length: int, trials: Collection[Trial]) -> list[Trial]:
    return [trial for trial in trials if len(trial) == length]


def _kind(trial: Trial) -> Cells:
    if len(trial) == 1:
        return (f"{trial[0].request.value} ({trial[0].answer.verdict.value})",)
    return (", then ".join(case.request.value for case in trial),)


def _row(trial: Trial) -> Cells:
    (case,) = trial
    expected = outcome(case)
    end = f"{expected.exit_code}, when it is over" if expected.waits else expected.exit_code
    cells = (case.request.value, case.answer.verdict.value, end, expected.sign_ins, expected.later)
    return tuple(map(str, cells))


def _counted(
    trials: Collection[Trial], failed: Collection[Trial], name: Callable[[Trial], Cells]
) -> list[tuple[Cells, int, int]]:
    run, bad = Counter(map(name, trials)), Counter(map(name, failed))
    return [(kind, count, bad[kind]) for kind, count in run.items()]


def _table(heads: tuple[str, ...], rows: list[tuple[Cells, int, int]]) -> str:
    cells = [[*kind, str(run), str(bad)] for kind, run, bad in rows]
    return "\n".join(table([*heads, "trials", "deviate"], cells))
