"""The campaigns beside the tests: they start, and imports lead from tests to campaigns to the code that both share."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("name", ["breaks", "faults", "fuzz", "herd", "matrix"])
def test_a_campaign_starts(name: str) -> None:
    """Most of them only run before a release, when a missing module would cost a day."""
    command = [sys.executable, "-m", f"campaigns.{name}", "--help"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"python -m campaigns.{name}" in done.stdout


@pytest.mark.parametrize(
    ("folder", "above"), [("testing", "bench|campaigns|tests"), ("campaigns", "bench|tests")]
)
def test_no_import_leads_up(folder: str, above: str) -> None:
    """A campaign that imports a test imports its fixtures, and neither could be moved alone."""
    files = list((ROOT / folder).rglob("*.py"))
    upwards = re.compile(rf"^\s*(?:from|import) (?:{above})\b", re.MULTILINE)
    assert files
    assert [file for file in files if upwards.search(file.read_text())] == []
