"""Show the progress of a listing."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    # Called with the number of things that are done, and with that of all of them if it is known.
    Advance = Callable[[int, int | None], None]


@contextlib.contextmanager
def show(what: str) -> Iterator[Advance]:
    """Show a progress bar on stderr, which disappears at the end: see `printing.progress`."""
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    with bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
