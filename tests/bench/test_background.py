"""What a broker uses while callers are measured: it is read from a process that continues."""

import subprocess
import sys
from pathlib import Path

from bench import background

BUSY = """
import sys, time
while time.process_time() < 0.2:
    pass
print("done", flush=True)
sys.stdin.read()
"""


def test_the_processes_of_a_home_are_counted_and_ended(tmp_path: Path) -> None:
    """The next role would look cheaper than it is if the broker's share were missing."""
    home = tmp_path / "home"
    assert background.usage(home) == background.Usage()
    with subprocess.Popen(
        [sys.executable, "-I", "-c", BUSY],
        env={"HOME": str(home)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout
        process.stdout.readline()
        used = background.usage(home)
        background.end(home)
    assert (used.cpu_seconds >= 0.2, used.mebibytes > 1, process.returncode) == (True, True, -15)
