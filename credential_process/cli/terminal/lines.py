"""Print lines with styles, and keep one below them that changes."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from rich.console import Console
from rich.live import Live
from rich.text import Text

if TYPE_CHECKING:
    Span = tuple[str, str]  # a text and its style, such as "bold red"; empty for none


class _Screen(Console):
    """A console that does not hide the cursor: it would stay hidden after a kill."""

    def show_cursor(self, show: bool = True) -> bool:  # noqa: ARG002, FBT001, FBT002  rich's signature
        """Do nothing."""
        return False


class TerminalLines:
    """Lines on stdout, or on stderr: see `printing.Lines`."""

    def __init__(self, *, err: bool) -> None:
        self._console = _Screen(stderr=err, highlight=False)
        is_here = (sys.stderr if err else sys.stdout).isatty()
        self._can_move = is_here and not self._console.is_dumb_terminal
        self._live = Live(console=self._console, auto_refresh=False, transient=True)

    @property
    def width(self) -> int | None:
        """The columns of the terminal."""
        return self._console.width if self._console.is_terminal else None

    def print(self, *spans: Span) -> None:
        """Print one line, which the terminal itself wraps: URLs and paths can be copied whole."""
        self._console.print(Text.assemble(*spans), soft_wrap=True)

    def keep_below(self, text: str) -> None:
        """Show a line below all others, in place of the one before."""
        if self._can_move:
            if not self._live.is_started:
                self._live.start()
            self._live.update(Text(text, style="dim"), refresh=True)

    def close(self) -> None:
        """Remove the line below the others."""
        self._live.stop()
