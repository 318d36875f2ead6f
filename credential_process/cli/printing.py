"""Print lines with styles, tables and progress: on a terminal by `cli.terminal`, anywhere else as plain text."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import TYPE_CHECKING, Protocol

import click

from credential_process.errors import printable
from credential_process.system import surroundings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import TextIO

    from credential_process.cli.terminal.lines import Span
    from credential_process.cli.terminal.progress import Advance

# Variables by which users have rich draw for a terminal where there is none, such as in the log of a CI system.
_OF_RICH = frozenset({"FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"})
_MOST_REPORTED = 10
_UNWRAPPED = 10_000  # columns without a terminal, so that `grep` finds whole lines


class Lines(Protocol):
    """What prints lines on stdout or stderr."""

    @property
    def width(self) -> int | None:
        """The columns of the terminal; None without one."""

    def print(self, *spans: Span) -> None:
        """Print the texts as one line, which is not wrapped."""

    def keep_below(self, text: str) -> None:
        """Show a line below all others, in place of the one before; only a terminal does."""

    def close(self) -> None:
        """Remove the line below the others."""


def lines(*, err: bool = False) -> Lines:
    """Return what prints lines on stdout, or on stderr."""
    stream = sys.stderr if err else sys.stdout
    if _is_plain(stream):
        return _PlainLines(stream)
    from credential_process.cli.terminal.lines import TerminalLines

    return TerminalLines(err=err)


def print_table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print rows in columns, as wide as the terminal; in a pipe no cell is cut."""
    if _is_plain(sys.stdout):
        _write(_table([headings, *rows]), sys.stdout)
    else:
        from credential_process.cli.terminal import table

        table.show(headings, rows)


def wrapped(text: str, columns: int | None, indent: int) -> list[str]:
    """Break a text into lines that fit beside an indent, in a terminal with these columns; None without a terminal.

    A path or URL that is longer than a line is left to the terminal to break, so that it can be copied whole.
    """
    import textwrap  # not for all commands

    # There may be no room beside the indent.
    width = max((columns or _UNWRAPPED) - indent, 1)
    return textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False)


def report_each(what: str, found: Sequence[str]) -> None:
    """Print a line on stderr for each of `found`, and one that counts those beyond ten."""
    for each in found[:_MOST_REPORTED]:
        click.echo(f"{what}: {each}", err=True)
    if len(found) > _MOST_REPORTED:
        click.echo(f"{what}: {len(found) - _MOST_REPORTED} more", err=True)


@contextlib.contextmanager
def progress(what: str) -> Iterator[Advance]:
    """Show the progress of what is done on stderr, and remove it at the end; nothing without a terminal."""
    if not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    from credential_process.cli.terminal import progress as bar

    with bar.show(what) as advance:
        yield advance


def stop_at_closed_pipe(error: OSError, stream: TextIO | None = None) -> None:
    """Write nothing more if the reader has closed the pipe, as `head` does; raises any other error again."""
    if not surroundings.is_closed_pipe(error):
        raise error
    # Python must not write to it at exit either.
    os.dup2(os.open(os.devnull, os.O_WRONLY), (stream or sys.stdout).fileno())


def _is_plain(stream: TextIO) -> bool:
    return not stream.isatty() and not _OF_RICH & os.environ.keys()


class _PlainLines:
    width = None

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def print(self, *spans: Span) -> None:
        _write("".join(text for text, _ in spans) + "\n", self._stream)

    def keep_below(self, text: str) -> None:
        pass

    def close(self) -> None:
        pass


def _table(rows: Iterable[Sequence[str]]) -> str:
    """Return the lines of a table, with two spaces between columns."""
    cells = [[printable(cell) for cell in row] for row in rows]
    widths = [max(map(_width, column)) for column in zip(*cells, strict=True)]
    return "".join("  ".join(map(_padded, row, widths)) + "\n" for row in cells)


def _padded(cell: str, width: int) -> str:
    return cell + " " * (width - _width(cell))


def _width(cell: str) -> int:
    if cell.isascii():
        return len(cell)
    from rich.cells import cell_len  # of rich, the smallest part: it knows wide letters

    return cell_len(cell)


def _write(text: str, stream: TextIO) -> None:
    # Not by `click.echo`, which does not follow the encoding of a stream that has only ASCII.
    try:
        stream.write(text)
        stream.flush()
    except OSError as error:
        stop_at_closed_pipe(error, stream)
