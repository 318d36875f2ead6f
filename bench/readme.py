"""The table of README.md, written from the figures of a run: what a user notices, without the details of the page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bench.page import seconds
from campaigns.page import put, table

if TYPE_CHECKING:
    from bench.comparison import Effort
    from bench.results import Results

README = Path(__file__).parents[1] / "README.md"
CACHED, SINGLE, HERD = "warm", "cold, valid token", "50 at once, cold"


def write(figures: Results) -> None:
    """Put the table into README.md: a row for each tool that was measured in these cases."""
    rows = [
        [
            f"{row.name} {row.version}",
            seconds(row.efforts[CACHED].seconds),
            seconds(row.efforts[SINGLE].seconds),
            seconds(row.efforts[HERD].seconds),
            f"{row.efforts[HERD].requests:.0f}",
            _failed(row.efforts[HERD]),
        ]
        for row in figures.peers
        if {CACHED, SINGLE, HERD} <= set(row.efforts)
    ]
    head = [
        "",
        "one call, cached",
        "one call, not cached",
        "50 at once, not cached",
        "their requests to AWS",
        "failed",
    ]
    put("make bench: readme", "\n".join(table(head, rows)), README)


def _failed(effort: Effort) -> str:
    return f"{effort.failed} of {effort.calls}" if effort.failed else "none"
