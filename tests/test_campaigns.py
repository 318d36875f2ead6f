"""The campaigns beside the tests: they start, and imports lead from tests to campaigns to the code that both share."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CAMPAIGNS = ["fuzz", *sorted(file.parent.name for file in ROOT.glob("campaigns/*/__main__.py"))]
TARGETS = re.findall(r"^([a-z-]+):.* ## ", (ROOT / "Makefile").read_text(), re.MULTILINE)


@pytest.mark.parametrize("name", CAMPAIGNS)
def test_a_campaign_starts(name: str) -> None:
    """Most of them only run before a release, when a missing module would cost a day."""
    command = [sys.executable, "-m", f"campaigns.{name}", "--help"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"python -m campaigns.{name}" in done.stdout


def test_every_campaign_has_a_target() -> None:
    """Maintainers find it by `make help`, and forget before a release what they cannot find."""
    assert len(CAMPAIGNS) >= 5
    assert [name for name in CAMPAIGNS if name not in TARGETS] == []


def test_every_page_of_evidence_is_repeated_by_a_target() -> None:
    """Readers who doubt a page can run it again, without knowing how the tests are chosen."""
    index = (ROOT / "docs/evidence/README.md").read_text()
    commands = dict(re.findall(r"^\|.*\]\((\w+\.md)\) \| `(.*)`,", index, re.MULTILINE))
    pages = {page.name for page in ROOT.glob("docs/evidence/*.md")} - {"README.md"}
    assert commands.keys() == pages
    assert set(commands.values()) <= {f"make {target}" for target in TARGETS}


@pytest.mark.parametrize(
    ("folder", "above"), [("testing", "bench|campaigns|tests"), ("campaigns", "bench|tests")]
)
def test_no_import_leads_up(folder: str, above: str) -> None:
    """A campaign that imports a test imports its fixtures, and neither could be moved alone."""
    files = list((ROOT / folder).rglob("*.py"))
    upwards = re.compile(rf"^\s*(?:from|import) (?:{above})\b", re.MULTILINE)
    assert files
    assert [file for file in files if upwards.search(file.read_text())] == []
