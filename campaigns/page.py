"""The pages with the results of runs: each table between two marks is replaced, the rest is left alone."""

from __future__ import annotations

import os
import platform
import re
from datetime import datetime, timezone
from pathlib import Path

import botocore

import credential_process

VERSIONS = (
    f"sso-credential-process {credential_process.__version__}, "
    f"botocore {botocore.__version__}, Python {platform.python_version()}"
)
PAGE = Path(__file__).parents[1] / "docs" / "evidence" / "sdks.md"
END = "<!-- end -->"


def put(command: str, text: str, page: Path = PAGE) -> None:
    """Write the output of a command to a page, between its marks."""
    begin = f"<!-- written by {command} -->"
    before, rest = page.read_text().split(begin)
    _, after = rest.split(END, 1)
    page.write_text(f"{before}{begin}\n{text}\n{END}{after}")


def ran(command: str) -> str:
    """Return when a run was made, of which version and where."""
    today, ours = datetime.now(timezone.utc), credential_process.__version__
    system = re.search('PRETTY_NAME="(.*)"', Path("/etc/os-release").read_text())
    machine = f"{system[1] if system else 'Linux'}, {os.cpu_count()} processors"
    return f"`{command}` on {today:%Y-%m-%d}, version {ours}, {machine}"


def table(head: list[str], rows: list[list[str]]) -> list[str]:
    """Return the lines of a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return [f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines]
