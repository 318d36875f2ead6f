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

Entry = tuple[str, ...]


def pick(what: str, entries: Sequence[Entry], *, stderr: bool = True) -> int:
    """Let the user choose an entry, and return its index; a single entry is chosen without a question.

    `what` are the entries, in the plural. Ctrl-C and the end of input raise as `input` does.
    """
    if len(entries) == 1:
        return 0
    console = Console(stderr=stderr, highlight=False)
    most = max(3, min(_MOST_SHOWN, console.height - _ROOM))
    words: list[str] = []
    while True:
        found = [number for number, entry in enumerate(entries) if _matches(entry, words)]
        rest = f", the first {most} are shown" if len(found) > most else ""
        count = f"{len(found):,} of {len(entries):,} {what}{rest}"
        _show(console, [entries[number] for number in found[:most]], count)
        answer = console.input("Number, or words to search for: ").strip()
        number = whole_number(answer) or 0
        if 0 < number <= min(most, len(found)):
            return found[number - 1]
        if not answer and len(found) == 1:
            return found[0]
        words = answer.casefold().split()


def _matches(entry: Entry, words: list[str]) -> bool:
    text = " ".join(entry).casefold()
    return all(word in text for word in words)


def _show(console: Console, shown: list[Entry], count: str) -> None:
    table = Table.grid(padding=(0, 2))
    for number, entry in enumerate(shown, 1):
        # Text, not str: a name may look like rich's markup.
        cells = (Text(printable(cell)) for cell in entry)
        table.add_row(Text(f"{number:>3}", style="bold"), *cells)
    console.print(table)
    console.print(Text(count, style="dim"))
