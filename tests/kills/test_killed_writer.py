"""A writer of the config file that is killed: closing the terminal must not lose a profile."""

import shutil
from pathlib import Path

from testing.executable import Executable
from testing.home import Home
from tests.kills.strace import Point, needs_strace, points, recording
from tests.kills.sweep import Outcome, sweep

# All calls that change the folder; a writer does nothing else that other programs can see.
CHANGING = frozenset(
    {
        "fchmod",
        "fchmodat",
        "flock",
        "fsync",
        "ftruncate",
        "mkdir",
        "rename",
        "renameat2",
        "unlink",
        "write",
    }
)
DEV = ("profile", "dev", "--account-id", "111122220001", "--role-name", "Developer")


@needs_strace
def test_killing_a_writer_leaves_the_old_config_or_the_new_one(
    home: Home, environment: dict[str, str], tmp_path: Path
) -> None:
    """Wherever it dies, the file is whole, and the next writer does not have to wait."""
    words = (*DEV, "--region", "eu-west-1", "--yes")
    configure = Executable("configure", home.path, environment, words)
    traces = tmp_path / "trace"
    old = home.config.read_bytes()
    assert configure(prefix=recording(traces)).returncode == 0
    new = home.config.read_bytes()

    def kill(point: Point) -> tuple[bool, Outcome]:
        home.config.write_bytes(old)
        shutil.rmtree(home.state)
        killed = configure(prefix=point.prefix)
        is_whole = home.config.read_bytes() in (old, new)
        done = configure()
        is_new = home.config.read_bytes() == new
        return killed.returncode == -9, (done.returncode, not is_whole, not is_new)

    changing = [point for point in points(traces) if point.call in CHANGING]
    assert sweep("configure profile", changing, kill) == {}
