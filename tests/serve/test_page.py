"""docs/containers.md: its commands serve."""

import re
import subprocess

import pytest

from testing.executable import Executable, finish
from tests.page_blocks import PAGES

PAGE = (PAGES / "docs" / "containers.md").read_text()
# The address of Docker's bridge needs a network of its own (test_containers.py).
LINES = [
    line
    for line in re.findall(r"^sso-credential-process serve [^&>\n]*", PAGE, re.MULTILINE)
    if "--address" not in line
]


@pytest.mark.parametrize("line", LINES)
def test_a_command_of_the_page_serves(line: str, command: Executable) -> None:
    """Users copy them."""
    process = subprocess.Popen(
        ["sh", "-c", f"exec {line}"],
        cwd=command.home,
        env=command.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    first = process.stderr.readline()
    process.terminate()
    assert (finish(process).returncode, first.partition(" until")[0]) == (0, "Serving credentials")


def test_there_are_commands_on_the_page() -> None:
    """If the pattern found none, the test above would pass for ever."""
    assert len(LINES) >= 4
