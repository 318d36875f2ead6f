"""docs/checks.md has every code, with its exit code and its SDKs."""

from pathlib import Path

import pytest

from credential_process.checks.finding_kinds import KINDS
from credential_process.checks.findings import Kind

PAGE = (Path(__file__).parents[2] / "docs" / "checks.md").read_text()
ROWS = [
    [cell.strip() for cell in line.strip("|").split(" | ")]
    for line in PAGE.splitlines()
    if line.startswith("| `")
]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.code)
def test_every_code_is_documented(kind: Kind) -> None:
    """Users who see a code look it up there."""
    (row,) = [row for row in ROWS if row[0] == f"`{kind.code}`"]
    assert (row[1], row[3]) == (str(kind.exit_code), ", ".join(kind.sdks))
    assert len(row) == 5


def test_no_other_code_is_documented() -> None:
    """A page about findings that do not exist any more misleads."""
    assert {row[0].strip("`") for row in ROWS} - {kind.code for kind in KINDS} == set()


def test_codes_are_unique() -> None:
    """Scripts distinguish findings by their codes."""
    assert len({kind.code for kind in KINDS}) == len(KINDS)
