"""A failure that does not fit on the disk: its caller gets it at once, and the broker continues."""

import os
import signal
from pathlib import Path

import pytest

from campaigns.home_faults.faults import EMPTY, FILL, tmpfs
from campaigns.home_faults.namespaces import missing, world
from testing import processes
from testing.events import until
from testing.executable import Executable, finish
from testing.home import Home

needs_mounts = pytest.mark.skipif(missing() != "", reason=missing())


@needs_mounts
def test_a_failure_without_room_is_one_line_and_ends_no_broker(
    get: Executable, home: Home, tmp_path: Path
) -> None:
    """The broker used to end, with all of its work, and each caller started another one that ended too."""
    line = (*get.arguments, "--no-login")
    with world(tmp_path, home.path) as here:
        here.alter(tmpfs("$HOME", "size=1m"))
        assert get(*line, prefix=here.as_person).returncode == 3
        broker = next(
            each for each, words in processes.of(home.path).items() if " broker " in words
        )
        os.kill(broker, signal.SIGSTOP)
        caller = get.start(*line, prefix=here.as_person)
        state = here.seen(home.state)
        until(lambda: list(state.glob("*/hosts/*/wants/[!.]*")), "it waits")
        here.alter(FILL)
        os.kill(broker, signal.SIGCONT)
        done = finish(caller)
        assert broker in processes.of(home.path)
        here.alter(EMPTY)
        after = get(*line, prefix=here.as_person)
    assert (done.returncode, after.returncode) == (5, 3)
    assert "the answer cannot be written" in done.stderr
