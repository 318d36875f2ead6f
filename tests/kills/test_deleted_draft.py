"""A file that is deleted between its writing and its renaming, by a sign-out or by the user."""

import os
import subprocess
import sys
from pathlib import Path

from tests.kills.strace import needs_strace

PROGRAM = "import sys; from credential_process import files; files.replace(sys.argv[1], 'whole')"
RENAMES = "?rename,?renameat,?renameat2"  # Python calls one of them


def write(path: Path, when: str) -> int:
    """Write a file while each rename fails because the draft is gone; return the exit code."""
    gone = f"inject={RENAMES}:error=ENOENT:when={when}"
    strace = ["strace", "-qq", "-o", os.devnull, "-e", f"trace={RENAMES}", "-e", gone]
    command = [*strace, sys.executable, "-c", PROGRAM, str(path)]
    return subprocess.run(command, check=False, stderr=subprocess.DEVNULL).returncode


@needs_strace
def test_a_draft_that_was_deleted_is_written_again(tmp_path: Path) -> None:
    """Every file may be deleted at any time, and the cost is at most a fetch."""
    file = tmp_path / "file"
    assert (write(file, "1"), file.read_text()) == (0, "whole")


@needs_strace
def test_a_draft_that_is_deleted_again_and_again_is_an_error(tmp_path: Path) -> None:
    """A write that cannot succeed must end; without the repetition, the test above would fail like this."""
    file = tmp_path / "file"
    assert (write(file, "1+"), file.exists()) == (1, False)
