"""`make bench BENCH="…"`: which measurements words choose."""

import subprocess
import sys
from pathlib import Path

import pytest

from bench.choice import choose

CHECKOUT = Path(__file__).parents[2]
MEASUREMENTS = {
    "paths": ["warm `get` / a bare interpreter", "ask with a living broker"],
    "peers": ["warm", "50 at once, cold"],
    "listings": ["populate 1,000 accounts"],
}


@pytest.mark.parametrize(
    ("words", "chosen"),
    [
        ([], MEASUREMENTS),
        (["warm", "ask"], {"paths": MEASUREMENTS["paths"]}),
        (["populate"], {"listings": MEASUREMENTS["listings"]}),
        (["peers"], {"peers": MEASUREMENTS["peers"]}),
        (["peers", "cold"], {"peers": ["50 at once, cold"]}),
        (["paths", "peers", "warm"], {"paths": [MEASUREMENTS["paths"][0]], "peers": ["warm"]}),
    ],
)
def test_words_choose_measurements(words: list[str], chosen: dict[str, list[str]]) -> None:
    """A developer who works on a path would wait for minutes if its name also chose the comparison with other tools."""
    assert chosen == choose(words, MEASUREMENTS)


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the benchmark as the Makefile does."""
    command = [sys.executable, "-m", "bench", *arguments]
    return subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)


def test_a_word_that_is_in_no_name_is_reported() -> None:
    """A mistyped word would otherwise measure nothing, without a word about it."""
    done = run("wram")
    assert done.returncode == 1
    assert done.stderr == "'wram' is in no name of a measurement in paths, listings\n"


def test_the_help_lists_every_measurement() -> None:
    """The words are taken from these names."""
    assert "peers: 50 roles at once, cold\n" in run("--help").stdout
