"""The tables of docs/sdks.md, between two marks; what stands around them is left alone."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

import credential_process
from tests.matrix.scenarios import SCENARIOS, Outcome

PAGE = Path(__file__).parents[2] / "docs" / "sdks.md"
BEGIN, END = "<!-- written by make matrix-sdks -->", "<!-- end -->"

OURS = "sso-credential-process: "
ERROR = re.compile(r"(?!Traceback)\S.*(error|exception|denied|unable|failure)", re.IGNORECASE)
LONG = 240
# What a long line is cut around.
CENTRES = (OURS, "process-based")


@dataclass(frozen=True, slots=True)
class Row:
    """A client: its versions, and an outcome for each scenario, or the reason why there is none."""

    name: str
    version: str
    cells: dict[str, Outcome | str]

    @property
    def passed(self) -> bool:
        """Tell whether all has been run, and was as it should be."""
        return all(isinstance(cell, Outcome) for cell in self.cells.values())


def write(rows: list[Row]) -> None:
    """Put the tables of a run into the page."""
    before, rest = PAGE.read_text().split(BEGIN)
    _, after = rest.split(END)
    PAGE.write_text(f"{before}{BEGIN}\n{tables(rows)}\n{END}{after}")


def tables(rows: list[Row]) -> str:
    """Return both tables, as Markdown."""
    today, ours = datetime.now(timezone.utc), credential_process.__version__
    ran = f"`make matrix-sdks` on {today:%Y-%m-%d}, version {ours}, {_machine()}:"
    return "\n".join([ran, "", *_runs(rows), "", *_readings(rows)])


def _runs(rows: list[Row]) -> list[str]:
    """Write a row a client and a column a scenario."""
    return _table(
        ["client", "versions", *SCENARIOS],
        [[row.name, row.version, *(_words(cell) for cell in row.cells.values())] for row in rows],
    )


def _readings(rows: list[Row]) -> list[str]:
    """Quote what users read of a refusal, and of a sign-in that takes too long."""
    columns = ("denied", "a sign-in of 100 s")
    return _table(
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
    """Return what matters of what was printed: our line and the error, without where it was raised."""
    lines = text.splitlines()
    ours = next((line for line in lines if OURS in line), None)
    told = [line for line in lines if line is ours or (OURS not in line and ERROR.match(line))]
    return [f"`{_cut(line.replace('`', chr(39)))}`" for line in told or lines[-1:]]


def _cut(line: str) -> str:
    """Leave out the folder that a line begins with, and most of a long line."""
    line = re.sub(r"^/\S*/", "", line)
    at = max(line.find(centre) for centre in CENTRES)
    if len(line) > LONG and at > LONG // 2:
        return f"{line[:60]} … {_begin(line[at - 60 :], 160)}"
    return _begin(line, LONG)


def _begin(line: str, length: int) -> str:
    return line if len(line) <= length else f"{line[:length]} …"


def _table(head: list[str], rows: list[list[str]]) -> list[str]:
    lines = [head, ["---"] * len(head), *rows]
    return [f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines]


def _machine() -> str:
    system = re.search('PRETTY_NAME="(.*)"', Path("/etc/os-release").read_text())
    processors = subprocess.run(
        ["nproc"], capture_output=True, text=True, check=True
    ).stdout.strip()
    return f"{system[1] if system else 'Linux'}, {processors} processors"
