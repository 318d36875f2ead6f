"""Faults at home: full disks, read-only and foreign folders, no home at all; what they cost, and no more."""

from dataclasses import replace
from pathlib import Path

import pytest

from campaigns.home_faults.faults import HOME_FAULTS, HomeFault
from campaigns.home_faults.moments import Moment
from campaigns.home_faults.trial import missing, trial


@pytest.mark.parametrize("fault", HOME_FAULTS, ids=lambda fault: fault.name)
def test_a_fault_at_home_is_one_line_and_loses_nothing(tmp_path: Path, fault: HomeFault) -> None:
    """Whatever is wrong with a home: what can work does, the rest says why, and a token or a line is never lost."""
    if reason := missing(fault):
        pytest.skip(reason)
    assert trial(tmp_path, replace(fault, moments=telling(fault))).deviations == []


def telling(fault: HomeFault) -> tuple[Moment, ...]:
    """Choose the calls that tell a fault from a good home, and the usual ones; `make faults` makes them all."""
    usual = {Moment.RENEWAL, Moment.FIRST}
    return tuple(moment for moment in fault.moments if moment in usual or moment in fault.differs)
