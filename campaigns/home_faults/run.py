"""The long run at home: every fault, and the deviating ones once more, alone, because the machine may be busy."""

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

    from campaigns.home_faults.faults import HomeFault


@dataclass(frozen=True, slots=True)
class Run:
    """The results; the faults that could not be tried are `missing`, with the reason."""

    found: list[Found] = field(default_factory=list)
    missing: dict[str, str] = field(default_factory=dict)

    @property
    def deviating(self) -> list[Found]:
        """The trials that deviate from the table."""
        return [each for each in self.found if each.deviations]

    def markdown(self) -> str:
        """Return the part of the page between the marks."""
        return report.markdown(self.found, self.missing)


def run(faults: Sequence[HomeFault], folder: Path, at_once: int, stdout: TextIO) -> Run:
    """Try faults in a folder, some at a time."""
    result = Run()
    for fault in faults:
        if reason := missing(fault):
            result.missing[fault.name] = reason
            print("--- ", fault.name, f"could not run: {reason}", file=stdout, flush=True)
    chosen = [fault for fault in faults if fault.name not in result.missing]
    with ThreadPoolExecutor(at_once) as pool:
        for first in pool.map(lambda fault: _try(folder, fault), chosen):
            _print(first, stdout)
            result.found.append(first)
    for number, first in enumerate(result.found):
        if first.deviations:
            result.found[number] = alone = _try(folder, first.fault)
            _print(alone, stdout)
    return result


def _print(found: Found, stdout: TextIO) -> None:
    print("ok  " if not found.deviations else "BAD ", found.fault.name, file=stdout, flush=True)
    for line in found.deviations:
        print("       ", line, file=stdout, flush=True)


def _try(folder: Path, fault: HomeFault) -> Found:
    try:
        return trial(Path(tempfile.mkdtemp(dir=folder)), fault)
    except Exception as error:  # noqa: BLE001 - one trial that breaks must not end the run
        return Found(fault, deviations=[f"{type(error).__name__}: {error}"])
