"""The long run at home: every fault, and once more, alone, what deviates on a busy machine."""

from __future__ import annotations

import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from campaigns.home_faults import report
from campaigns.home_faults.trial import Found, missing, trial

if TYPE_CHECKING:
    from collections.abc import Sequence

    from campaigns.home_faults.places import Place


@dataclass(frozen=True, slots=True)
class Run:
    """What was found; the faults that could not be tried are `missing`, with the reason."""

    found: list[Found] = field(default_factory=list)
    missing: dict[str, str] = field(default_factory=dict)

    @property
    def deviating(self) -> list[Found]:
        """What is not as the table says."""
        return [each for each in self.found if each.deviations]

    def section(self) -> str:
        """Give what is written for readers."""
        return report.markdown(self.found, self.missing)


def run(places: Sequence[Place], folder: Path, at_once: int, stdout: TextIO) -> Run:
    """Try faults in a folder, some at once."""
    result = Run()
    for place in places:
        if reason := missing(place):
            result.missing[place.name] = reason
            print("--- ", place.name, f"could not run: {reason}", file=stdout, flush=True)
    chosen = [place for place in places if place.name not in result.missing]
    with ThreadPoolExecutor(at_once) as pool:
        for first in pool.map(lambda place: _try(folder, place), chosen):
            _print(first, stdout)
            result.found.append(first)
    for number, first in enumerate(result.found):
        if first.deviations:
            result.found[number] = alone = _try(folder, first.place)
            _print(alone, stdout)
    return result


def _print(found: Found, stdout: TextIO) -> None:
    print("ok  " if not found.deviations else "BAD ", found.place.name, file=stdout, flush=True)
    for line in found.deviations:
        print("       ", line, file=stdout, flush=True)


def _try(folder: Path, place: Place) -> Found:
    try:
        return trial(Path(tempfile.mkdtemp(dir=folder)), place)
    except Exception as error:  # noqa: BLE001 - one trial that breaks must not end the run
        return Found(place, deviations=[f"{type(error).__name__}: {error}"])
