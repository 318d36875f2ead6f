"""docs/evidence/performance.md and the table of README.md show the committed figures."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bench import results
from bench.readme import CACHED

CHECKOUT = Path(__file__).parents[1]
PUBLISHED = (
    "README.md",
    "docs/evidence/performance.md",
    "docs/images/performance.svg",
    "docs/images/performance-dark.svg",
)
SOURCES = ("bench", "campaigns", "docs/pictures")


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the page again, in a copy."""
    copy = tmp_path_factory.mktemp("checkout")
    for folder in SOURCES:
        shutil.copytree(CHECKOUT / folder, copy / folder)
    for name in PUBLISHED:
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(CHECKOUT / name, copy / name)
    subprocess.run([sys.executable, "-m", "bench.publish"], cwd=copy, check=True)
    return copy


@pytest.mark.parametrize("name", PUBLISHED)
def test_what_is_published_is_written_from_the_figures(published: Path, name: str) -> None:
    """A number that was edited by hand is not a measurement."""
    assert (CHECKOUT / name).read_text() == (published / name).read_text()


def test_the_readme_rounds_what_was_measured() -> None:
    """The first number that a user reads must be true, too."""
    said = re.search(r"A cached answer takes about (\d+) ms", (CHECKOUT / "README.md").read_text())
    assert said
    assert round(results.load().peers[0].efforts[CACHED].seconds * 1000, -1) == int(said[1])
