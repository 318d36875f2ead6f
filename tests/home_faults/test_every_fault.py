"""Faults of a home: full disks, read-only folders, folders of other users, no home at all; and what each may cost."""

from dataclasses import replace
from pathlib import Path

import pytest

from campaigns.home_faults.faults import HOME_FAULTS, HomeFault
from campaigns.home_faults.moments import Moment
from campaigns.home_faults.trial import missing, trial


@pytest.mark.parametrize("fault", HOME_FAULTS, ids=lambda fault: fault.name)
def test_a_fault_at_home_is_one_line_and_loses_nothing(tmp_path: Path, fault: HomeFault) -> None:
    """As much as possible works, the rest reports why, and no token and no line of a file is lost."""
    if reason := missing(fault):
        pytest.skip(reason)
    assert trial(tmp_path, replace(fault, moments=telling(fault))).deviations == []


def telling(fault: HomeFault) -> tuple[Moment, ...]:
    """Return the calls that a fault affects, and the usual ones; `make faults` makes all of them."""
    usual = {Moment.RENEWAL, Moment.FIRST}
    return tuple(moment for moment in fault.moments if moment in usual or moment in fault.differs)
