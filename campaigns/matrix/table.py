"""The tables of a run: the result of each client, and the messages that its users read."""

from __future__ import annotations

import re
from dataclasses import dataclass

from campaigns import page
from campaigns.matrix.scenarios import SCENARIOS, Outcome

COMMAND = "make matrix-sdks"
OURS = "sso-credential-process: "
ERROR = re.compile(r"(?!Traceback)\S.*(error|exception|denied|unable|failure)", re.IGNORECASE)
LONG = 240
# The part of a long line that is kept.
CENTRES = (OURS, "process-based")


@dataclass(frozen=True, slots=True)
class Row:
    """A client: its versions, and an outcome for each scenario, or the reason why there is none."""

    name: str
    version: str
    cells: dict[str, Outcome | str]

    @property
    def passed(self) -> bool:
        """Return whether all scenarios have been run, with the expected results."""
        return all(isinstance(cell, Outcome) for cell in self.cells.values())


def write(rows: list[Row]) -> None:
    """Write the tables of a run to the page."""
    page.put(COMMAND, tables(rows))


def tables(rows: list[Row]) -> str:
    """Return both tables, as Markdown."""
    return "\n".join([f"{page.ran(COMMAND)}:", "", *_runs(rows), "", *_readings(rows)])


def _runs(rows: list[Row]) -> list[str]:
    """Return a row for each client and a column for each scenario."""
    return page.table(
        ["client", "versions", *SCENARIOS],
        [[row.name, row.version, *(_words(cell) for cell in row.cells.values())] for row in rows],
    )


def _readings(rows: list[Row]) -> list[str]:
    """Return the messages that users read after a denial, and after a sign-in that takes too long."""
    columns = ("denied", "a sign-in of 100 s")
    return page.table(
        ["client", *columns],
        [[row.name, *(_read(row.cells[column]) for column in columns)] for row in rows],
    )


def _words(cell: Outcome | str) -> str:
    if isinstance(cell, Outcome):
        return cell.words
    kind, _, reason = cell.partition(": ")
    return f"**{kind}**: {_told(reason)[-1]}"


def _read(cell: Outcome | str) -> str:
    return "<br>".join(_told(cell.read)) if isinstance(cell, Outcome) and cell.read else ""


def _told(text: str) -> list[str]:
    """Return the relevant part of the output: the message of `get` and the error, without a stack trace."""
    lines = text.splitlines()
    ours = next((line for line in lines if OURS in line), None)
    told = [line for line in lines if line is ours or (OURS not in line and ERROR.match(line))]
    return [f"`{_cut(line.replace('`', chr(39)))}`" for line in told or lines[-1:]]


def _cut(line: str) -> str:
    """Remove the folder at the beginning of a line, and most of a long line."""
    line = re.sub(r"^/\S*/", "", line)
    at = max(line.find(centre) for centre in CENTRES)
    if len(line) > LONG and at > LONG // 2:
        return f"{line[:60]} … {_begin(line[at - 60 :], 160)}"
    return _begin(line, LONG)


def _begin(line: str, length: int) -> str:
    return line if len(line) <= length else f"{line[:length]} …"
