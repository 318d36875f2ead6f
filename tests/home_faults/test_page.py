"""docs/evidence/faults.md describes each fault of a home as in the table of the campaign."""

from pathlib import Path

import pytest

from campaigns.home_faults import report
from campaigns.home_faults.faults import HOME_FAULTS, HomeFault
from campaigns.home_faults.moments import Moment

PAGE = (Path(__file__).parents[2] / "docs" / "evidence" / "faults.md").read_text()
ROWS = [
    line.strip("| ").split(" | ")
    for line in PAGE.partition(report.COMMAND)[2].partition("The message, where")[0].splitlines()
    if line.startswith("| ")
]


@pytest.mark.parametrize("fault", HOME_FAULTS, ids=lambda fault: fault.name)
def test_each_fault_is_on_the_page_as_in_the_table(fault: HomeFault) -> None:
    """Users with such a home look there for the consequences."""
    (row,) = [row for row in ROWS if row[0] == fault.name]
    expected = [fault.expected(each) if each in fault.moments else "" for each in Moment]
    assert expected == [cell.strip() for cell in row[1:-1]]


def test_no_other_fault_is_on_the_page() -> None:
    """A page about faults that are not tested any more misleads."""
    assert len(HOME_FAULTS) == len(ROWS) - 2
