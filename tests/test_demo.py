"""`make demo`, with Chromium in place of the visitor."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from testing import processes
from testing.events import until

DEMO = Path(__file__).parents[1] / "docs" / "demo.py"


@pytest.fixture
def printed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run the demo, and return its output."""
    # A short name: Chromium puts a socket there, whose path has room for 107 bytes.
    folder = tmp_path_factory.mktemp("demo")
    done = subprocess.run(
        [sys.executable, str(DEMO)],
        # CI may be set here, but the demo must prompt.
        env={**os.environ, "TMPDIR": str(folder), "DEMO_AUTO": "1", "CI": "true"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        start_new_session=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    yield done.stdout
    # Its home is removed, and its processes end.
    until(lambda: not processes.of(folder), "all that the demo started has ended")


def test_the_demo_ends_with_credentials_an_identity_and_a_time(printed: str) -> None:
    """It is the first thing that strangers run, and shows everything that this project promises."""
    credentials, identity, times = (
        printed.index(part) for part in ('"SessionToken": ', "arn:aws:sts::111122220001:", " ms;")
    )
    assert credentials < identity < times
    assert re.search(r"\n    \d+ ms; a Python that does nothing takes \d+ ms", printed)
