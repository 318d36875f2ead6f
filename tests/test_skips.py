"""What becomes of a test that is skipped: nothing on a developer's machine, a failure under ``CI``."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.skips import MAY_BE_SKIPPED

SKIPPED = """
import pytest

@pytest.mark.skipif(True, reason={reason!r})
def test_by_mark(): pass

def test_in_its_middle(): pytest.skip({reason!r})
"""
ALLOWED = min(MAY_BE_SKIPPED)


@pytest.mark.parametrize(
    ("variables", "reason", "exit_code", "end"),
    [
        ({}, "no strace", 0, "2 skipped"),
        ({"CI": "true"}, "no strace", 1, "1 failed, 1 error"),
        ({"CI": "true"}, ALLOWED, 0, "2 skipped"),
    ],
    ids=["elsewhere", "under CI", "under CI, of the short list"],
)
def test_a_skip_is_a_failure_under_ci(
    tmp_path: Path, variables: dict[str, str], reason: str, exit_code: int, end: str
) -> None:
    """Where a tool is missing, what it proves would be unproven, and the suite green."""
    file = tmp_path / "test_skipped.py"
    file.write_text(SKIPPED.format(reason=reason))
    plain = {name: value for name, value in os.environ.items() if name != "CI"}
    words = ("-q", "-rsf", "-p", "tests.skips", "-p", "no:cacheprovider", "-c", os.devnull)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *words, f"--rootdir={tmp_path}", str(file)],
        cwd=Path(__file__).parent.parent,
        env=plain | variables,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, end in done.stdout, reason in done.stdout) == (exit_code, True, True)
