"""What a whole run leaves in `docs/security.md`: what was broken, where, and which test noticed."""

from __future__ import annotations

import platform
from datetime import datetime, timezone
from importlib.metadata import version
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from campaigns.breaks.table import Break

VERSIONS = (
    f"sso-credential-process {version('sso-credential-process')}, "
    f"botocore {version('botocore')}, Python {platform.python_version()}"
)
BEGIN, END = "<!-- breaks: written by make breaks -->\n", "<!-- end of breaks -->\n"


def write(page: Path, breaks: list[Break]) -> None:
    """Put the table in the place of the last one; raises `ValueError` where the page has none."""
    head, begin, rest = page.read_text().partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{page} has no place for the table")
    page.write_text(f"{head}{begin}{text(breaks)}{end}{tail}")


def text(breaks: list[Break]) -> str:
    """Return the part of the page between the marks."""
    today = datetime.now(timezone.utc).strftime("%-d %B %Y")
    lines = [
        f"On {today}, with {VERSIONS}: {len(breaks)} breaks, all of them caught.",
        "",
        "| what is broken then | where | caught by |",
        "|---|---|---|",
        *(_row(one) for one in breaks),
        "",
    ]
    return "\n".join(lines)


def _row(one: Break) -> str:
    code = f"[`{one.code}`](../credential_process/{one.file})"
    return f"| {one.what} | {code} | {', '.join(dict.fromkeys(map(_link, one.tests)))} |"


def _link(test: str) -> str:
    file, _, name = test.partition("::")
    words = name.partition("[")[0].removeprefix("test_").replace("_", " ")
    return f"[{words}](../{file})"
