"""Choose one of many on a plain terminal: words narrow the list down, a number chooses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from credential_process.errors import printable
from credential_process.identifiers import whole_number

if TYPE_CHECKING:
    from collections.abc import Sequence

_MOST_SHOWN = 20
_ROOM = 6  # lines of the terminal for everything but entries
_LONGEST_NUMBER = 3  # digits; more are searched for, since they are part of the id of an account

Entry = tuple[str, ...]


def pick(what: str, entries: Sequence[Entry], *, stderr: bool = True) -> int:
    """Let the user choose an entry, and return its index; a single entry is chosen without a question.

    `what` are the entries, in the plural. Ctrl-C and the end of input raise as `input` does.
    """
    if len(entries) == 1:
        return 0
    console = Console(stderr=stderr, highlight=False)
    found = list(range(len(entries)))
    shown = _show(console, what, entries, found)
    while True:
        answer = console.input("Number, or words to search for: ").strip()
        if not answer and len(found) == 1:
            return found[0]
        number = whole_number(answer, most_digits=_LONGEST_NUMBER)
        if number is not None:
            if 0 < number <= shown:
                return found[number - 1]
            _print(console, f"There is no {number}; choose {'1 to ' if shown > 1 else ''}{shown}.")
            continue
        words = answer.casefold().split()
        matching = [number for number, entry in enumerate(entries) if _matches(entry, words)]
        if not matching:
            enter = "choose 1" if len(found) == 1 else "list all"
            wanted = printable(answer, limit=80)
            _print(console, f'No {what} match "{wanted}". Enter: {enter}; Ctrl-C: stop.')
            continue
        found = matching
        shown = _show(console, what, entries, found)


def _matches(entry: Entry, words: list[str]) -> bool:
    text = " ".join(entry).casefold()
    return all(word in text for word in words)


def _show(console: Console, what: str, entries: Sequence[Entry], found: list[int]) -> int:
    """Print as many of the entries that were found as there is room for, and return their number."""
    most = max(3, min(_MOST_SHOWN, console.height - _ROOM))
    table = Table.grid(padding=(0, 2))
    for number, index in enumerate(found[:most], 1):
        # Text, not str: a name may look like rich's markup.
        cells = (Text(printable(cell)) for cell in entries[index])
        table.add_row(Text(f"{number:>3}", style="bold"), *cells)
    console.print(table)
    rest = f", the first {most} are shown" if len(found) > most else ""
    only = "; Enter: choose 1" if len(found) == 1 else ""
    _print(console, f"{len(found):,} of {len(entries):,} {what}{rest}{only}")
    return table.row_count


def _print(console: Console, text: str) -> None:
    console.print(Text(text, style="dim"))
