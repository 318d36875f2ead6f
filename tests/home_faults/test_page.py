"""docs/faults.md: what it says of each fault at home is what the table says."""

from pathlib import Path

import pytest

from campaigns.home_faults import report
from campaigns.home_faults.faults import HOME_FAULTS, HomeFault
from campaigns.home_faults.moments import Moment

PAGE = (Path(__file__).parents[2] / "docs" / "faults.md").read_text()
ROWS = [
    line.strip("| ").split(" | ")
    for line in PAGE.partition(report.HEADING)[2].partition("What people read")[0].splitlines()
    if line.startswith("| ")
]


@pytest.mark.parametrize("fault", HOME_FAULTS, ids=lambda fault: fault.name)
def test_each_fault_stands_on_the_page_as_it_is(fault: HomeFault) -> None:
    """Whoever meets one looks there for what it costs."""
    (row,) = [row for row in ROWS if row[0] == fault.name]
    expected = [fault.expected(each) if each in fault.moments else "" for each in Moment]
    assert expected == [cell.strip() for cell in row[1:-1]]


def test_no_other_fault_stands_there() -> None:
    """A page that tells of what is gone misleads."""
    assert len(HOME_FAULTS) == len(ROWS) - 2


def test_a_run_of_one_half_leaves_the_other_alone() -> None:
    """The service takes a quarter of an hour, a home a minute."""
    whole = report.joined("", "service", "home")
    assert report.joined(whole, None, "other") == report.joined("", "service", "other")
    assert report.joined(whole, "other", None) == report.joined("", "other", "home")
