"""Faults at home: full disks, read-only and foreign folders, no home at all; what they cost, and no more."""

from dataclasses import replace
from pathlib import Path

import pytest

from campaigns.home_faults.moments import Moment
from campaigns.home_faults.places import PLACES, Place
from campaigns.home_faults.trial import missing, trial


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
def test_a_fault_at_home_is_one_line_and_loses_nothing(tmp_path: Path, place: Place) -> None:
    """Whatever is wrong with a home: what can work does, the rest says why, and a token or a line is never lost."""
    if reason := missing(place):
        pytest.skip(reason)
    assert trial(tmp_path, replace(place, moments=telling(place))).deviations == []


def telling(place: Place) -> tuple[Moment, ...]:
    """Choose the calls that tell a place from a good home, and the usual ones; `make faults` makes them all."""
    usual = {Moment.RENEWAL, Moment.FIRST}
    return tuple(moment for moment in place.moments if moment in usual or moment in place.differs)
