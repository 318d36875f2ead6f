"""The long run, `make faults`: every wrong response to every request, then pairs of them; and faults of homes.

It follows the table of `answers`, member by member, where the short run damages whole responses. Of each kind of
pair it tries one, on two different requests of the same flow; with ``--every-pair`` all of them. A trial that
deviates is repeated alone. Words choose the trials whose names contain all of them; ``--from`` continues a run
that was stopped; ``--only home`` and ``--only service`` leave the other out; ``--page`` writes the results into
``docs/evidence/faults.md``.
"""

from __future__ import annotations

import argparse
import io
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stdout
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from campaigns.faults import report
from campaigns.faults.answers import ANSWERS, FINE_ANSWERS, Case, cases
from campaigns.faults.trial import deviations
from campaigns.home_faults import report as report_at_home
from campaigns.home_faults.faults import HOME_FAULTS
from campaigns.home_faults.run import run
from campaigns.page import VERSIONS, put
from testing.guard import guarded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from campaigns.home_faults.faults import HomeFault

    Trial = tuple[Case, ...]


def main() -> int:
    """Run the chosen trials; return 1 if one deviates from the table."""
    parser = argparse.ArgumentParser(prog="python -m campaigns.faults", description=__doc__)
    parser.add_argument("words", nargs="*", help="run the trials with all these in their names")
    parser.add_argument("--from", dest="first", metavar="NAME", help="skip those before this one")
    parser.add_argument("--only", choices=("service", "home"), help="run these alone")
    parser.add_argument("--single", action="store_true", help="run no pairs")
    parser.add_argument("--every-pair", action="store_true", help="hours: not one of a kind only")
    parser.add_argument("--at-once", type=int, default=6, help="trials at a time")
    parser.add_argument("--page", type=Path, metavar="FILE", help="write the tables there")
    options = parser.parse_args()
    trials = [*_single(), *([] if options.single else _pairs(every=options.every_pair))]
    chosen = _chosen(trials, options.words, options.first) if options.only != "home" else []
    home_faults = (
        _home_faults(options.words) if options.only != "service" and not options.first else []
    )
    print(
        f"{VERSIONS}: {len(chosen)} trials of the service and {len(home_faults)} at home, "
        f"{options.at_once} at a time",
        flush=True,
    )
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, guarded(Path(folder)):
        stdout = sys.stdout
        with redirect_stdout(io.StringIO()):  # `finish` prints each end, for pytest
            home = run(home_faults, Path(folder), options.at_once, stdout)
            first = _run(chosen, Path(folder) / "once", options.at_once, stdout)
            failed = _run(
                [trial for trial in chosen if trial in first], Path(folder) / "alone", 1, stdout
            )
    if home_faults:
        print(report_at_home.text(home.found))
    if chosen:
        print(report.text(chosen, failed))
    print(
        f"{len(failed)} deviate, {len(first)} at their first try; {len(home.deviating)} at home; "
        f"{time.monotonic() - began:.0f} s"
    )
    if options.page and chosen:
        put(report.COMMAND, report.markdown(chosen, failed, len(first)), options.page)
    if options.page and home_faults:
        put(report_at_home.COMMAND, home.markdown(), options.page)
    return 1 if failed or home.deviating or not (chosen or home_faults) else 0


def _home_faults(words: list[str]) -> list[HomeFault]:
    return [fault for fault in HOME_FAULTS if all(word in fault.name for word in words)]


def _single() -> Iterator[Trial]:
    for case in cases((*ANSWERS, *FINE_ANSWERS)):
        yield (case,)


def _pairs(*, every: bool) -> Iterator[Trial]:
    meeting = [case for case in cases(ANSWERS) if every or case.answer.pairs]
    for first, second in product(meeting, meeting):
        is_one_road = first.request.is_of_device_flow == second.request.is_of_device_flow
        if first.request != second.request and is_one_road:
            yield first, second


def _name(trial: Trial) -> str:
    return ", then ".join(map(str, trial))


def _chosen(trials: list[Trial], words: list[str], first: str | None) -> list[Trial]:
    names = [_name(trial) for trial in trials]
    start = names.index(first) if first is not None else 0
    return [
        trial
        for name, trial in zip(names[start:], trials[start:], strict=True)
        if all(word in name for word in words)
    ]


def _run(trials: list[Trial], folder: Path, at_once: int, stdout: TextIO) -> set[Trial]:
    failed = set()
    with ThreadPoolExecutor(at_once) as pool:

        def run(number: int, trial: Trial) -> list[str]:
            place = folder / str(number)
            place.mkdir(parents=True)
            try:
                return deviations(place, *trial)
            except Exception as error:  # noqa: BLE001 - one trial that breaks must not end the run
                return [f"{type(error).__name__}: {error}"]

        running = [pool.submit(run, number, trial) for number, trial in enumerate(trials)]
        for trial, future in zip(trials, running, strict=True):
            found = future.result()
            print("ok  " if not found else "BAD ", _name(trial), file=stdout, flush=True)
            for line in found:
                print("       ", line, file=stdout, flush=True)
            if found:
                failed.add(trial)
    return failed


if __name__ == "__main__":
    sys.exit(main())
