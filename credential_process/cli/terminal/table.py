"""Print tables that are as wide as the terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from credential_process.errors import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def show(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print rows in columns; in a pipe that gets colours, no cell is cut."""
    table = Table(*headings, box=None, pad_edge=False, header_style="bold")
    for row in rows:
        # Text, not str: a name may look like rich's markup, or contain control characters.
        table.add_row(*(Text(printable(cell)) for cell in row))
    console = Console() if sys.stdout.isatty() else Console(width=10_000)
    console.print(table)
