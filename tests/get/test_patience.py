"""How long a user may take to sign in: as long as the calling program waits, DESIGN 4."""

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from testing import installation
from testing.events import until
from testing.executable import Executable, finish
from testing.people import Person
from testing.terminal import Terminal

# As programs made by PyInstaller do, which can have any name.
FROZEN = """\
import mmap, subprocess, sys
with open(sys.argv[1], "rb") as file:
    library = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
sys.exit(subprocess.run(sys.argv[2:], check=False).returncode)
"""
LIMIT = "times out first"


@pytest.fixture
def frozen(tmp_path: Path) -> tuple[str, ...]:
    """Return a command that runs another one, as a program with Python built in does."""
    program = tmp_path / "sam"
    shutil.copy(Path(sys.executable).resolve(), program)
    library = tmp_path / "libpython3.11.so.1.0"
    library.write_text("a library")
    own = installation.library("libpython")  # which the copy may not find beside itself
    found = ("/usr/bin/env", f"LD_LIBRARY_PATH={own.parent}") if own else ()
    return (*found, str(program), "-I", "-c", FROZEN, str(library))


@pytest.fixture
def prompt(get: Executable, people: Callable[..., Person], terminal: Terminal) -> "Prompt":
    """Return a function that shows what the user sees when this command runs `get`."""

    def prompt(command: tuple[str, ...]) -> str:
        caller = get.start(
            environment={**get.environment, "BROWSER": people("--leave").browser},
            prefix=(*terminal.prefix, *command),
            stdin=terminal.keyboard,
        )
        until(lambda: "http://127.0.0.1:" in terminal.text(), "the prompt is shown")
        caller.terminate()
        finish(caller)
        return terminal.text()

    return prompt


def test_a_program_with_python_built_in_waits_for_the_user(
    prompt: "Prompt", frozen: tuple[str, ...]
) -> None:
    """The SAM CLI's installer and others contain botocore, which sets no limit."""
    assert LIMIT not in prompt(frozen)


def test_other_programs_do_not_wait_for_ever(prompt: "Prompt") -> None:
    """A Go program kills `get` after a minute, and swallows its message."""
    assert LIMIT in prompt(("/bin/sh", "-c", '"$@"; exit $?', "sh"))


def test_a_shell_has_no_limit_but_the_command_that_a_user_types_in_it(
    prompt: "Prompt", tmp_path: Path
) -> None:
    """The documentation advises to run the line in a terminal, and no shell times out there."""
    script = tmp_path / "script"
    script.write_text('"$@"\nexit $?\n')
    assert f"If this command {LIMIT}" in prompt(("/bin/bash", str(script)))


Prompt = Callable[[tuple[str, ...]], str]
