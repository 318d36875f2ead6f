"""The results of a whole run in `docs/evidence/breaks.md`: what was broken, where, and which test noticed."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING

from campaigns import page

if TYPE_CHECKING:
    from pathlib import Path

    from campaigns.breaks.table import Break

COMMAND = "make breaks"


def write(file: Path, breaks: list[Break]) -> None:
    """Replace the table of the last run; raises `ValueError` if the page has none."""
    page.put(COMMAND, text(breaks), file)


def text(breaks: list[Break]) -> str:
    """Return the part of the page between the marks."""
    today = datetime.now(timezone.utc).strftime("%-d %B %Y")
    caught = f"On {today}, with {page.VERSIONS}: {len(breaks)} breaks, all of them caught."
    rows = page.table(["what is broken then", "where", "caught by"], [_row(one) for one in breaks])
    return "\n".join([caught, "", *rows])


def _row(one: Break) -> list[str]:
    code = f"[`{one.code}`](../../credential_process/{one.file})"
    return [one.what, code, ", ".join(dict.fromkeys(map(_link, one.tests)))]


def _link(test: str) -> str:
    file, _, name = test.partition("::")
    words = name.partition("[")[0].removeprefix("test_").replace("_", " ")
    return f"[{words}](../../{file})"
