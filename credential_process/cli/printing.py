"""Print tables, streams that a reader may close, and the progress of a listing."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from credential_process.errors import printable
from credential_process.system import surroundings

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def print_table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print rows in columns, as wide as the terminal; in a pipe no cell is cut."""
    table = Table(*headings, box=None, pad_edge=False, header_style="bold")
    for row in rows:
        # Text, not str: a name may look like rich's markup, or contain control characters.
        table.add_row(*(Text(printable(cell)) for cell in row))
    console = Console() if sys.stdout.isatty() else Console(width=10_000)
    console.print(table)


def stop_at_closed_pipe(error: OSError) -> None:
    """Write nothing more if the reader has closed the pipe, as `head` does; raises any other error again."""
    if not surroundings.is_closed_pipe(error):
        raise error
    # Python must not write to it at exit either.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def progress_bar() -> Progress:
    """Return a progress bar on stderr that disappears at the end; nothing is shown if stderr is not a terminal."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
        disable=not sys.stderr.isatty(),
    )
