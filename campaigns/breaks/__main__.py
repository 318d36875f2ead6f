"""The short run before a release, `make breaks`: each protection is removed, and the tests must notice.

First all tests of the table have to pass with nothing broken. A test that ends in an error has noticed nothing.
Words choose the breaks whose descriptions contain all of them; only a whole run is written to
`docs/evidence/breaks.md`.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING

from campaigns.breaks import page
from campaigns.breaks.stage import Stage, Verdict
from campaigns.breaks.table import BREAKS
from campaigns.page import VERSIONS

if TYPE_CHECKING:
    from collections.abc import Callable

    from campaigns.breaks.table import Break


_SHARE = 6  # tests in one run with nothing broken


def main() -> int:
    """Make the chosen breaks; return 1 if one is not caught."""
    parser = argparse.ArgumentParser(prog="python -m campaigns.breaks", description=__doc__)
    parser.add_argument("words", nargs="*", help="make the breaks with all these in what they say")
    parser.add_argument("--at-once", type=int, default=2, help="breaks at a time")
    parser.add_argument("--page", type=Path, metavar="FILE", help="write the table there")
    options = parser.parse_args()
    chosen = [one for one in BREAKS if _has(one, options.words)]
    print(f"{VERSIONS}: {len(chosen)} breaks, {options.at_once} at a time", flush=True)
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        problems = _problems(Path(folder), chosen, options.at_once)
    seconds = time.monotonic() - began
    print(f"{len(problems) or 'no'} problems, in {seconds:.0f} s")
    if options.page and not options.words and not problems:
        page.write(options.page, chosen)
    return 1 if problems else 0


def _has(one: Break, words: list[str]) -> bool:
    said = f"{one.what} {one.file} {' '.join(one.tests)}".lower()
    return all(word.lower() in said for word in words)


def _problems(folder: Path, chosen: list[Break], at_once: int) -> list[str]:
    """Return the problems, one line each, and print each as it is found."""
    stages: SimpleQueue[Stage] = SimpleQueue()
    for number in range(at_once):
        stages.put(Stage(folder / str(number)))

    def on_a_stage(work: Callable[[Stage], list[str]]) -> list[str]:
        stage = stages.get()
        try:
            found = work(stage)
        finally:
            stages.put(stage)
        for line in found:
            print(line, flush=True)
        return found

    tests = sorted({test for one in chosen for test in one.tests})
    shares = [tests[first : first + _SHARE] for first in range(0, len(tests), _SHARE)]
    with ThreadPoolExecutor(at_once) as pool:
        unbroken = pool.map(lambda share: on_a_stage(lambda stage: _failing(stage, share)), shares)
        found = [line for lines in unbroken for line in lines]
        if not found:
            broken = pool.map(lambda one: on_a_stage(lambda stage: _unnoticed(stage, one)), chosen)
            found = [line for lines in broken for line in lines]
    return found


def _failing(stage: Stage, tests: list[str]) -> list[str]:
    """Run tests with nothing broken; return those that do not pass."""
    found = stage.run(tuple(tests))
    return [
        f"with nothing broken, {test} {end.value}"
        for test, end in found.items()
        if end is not Verdict.PASSED
    ]


def _unnoticed(stage: Stage, one: Break) -> list[str]:
    """Make a break; return a line about it unless all of its tests fail."""
    try:
        with stage.broken(one):
            found = stage.run(one.tests)
    except ValueError as error:
        return [f"{one.what} It cannot be broken like this any more: {error}"]
    others = [f"{test} {end.value}" for test, end in found.items() if end is not Verdict.FAILED]
    return [f"{one.what} {', '.join(others)}"] if others else []


if __name__ == "__main__":
    sys.exit(main())
