"""Output without a terminal is that of a terminal without its colours, though nothing that draws is loaded for it."""

import os
import re
from collections.abc import Callable, Iterator

import pytest

from credential_process.sandbox import Account, Sandbox
from testing.executable import Executable
from tests.cli.conftest import SignIn

# As users have it in CI systems, whose logs show colours; wide enough that no line is wrapped.
COLOURED = {"FORCE_COLOR": "1", "COLUMNS": "10000"}
COLOUR = re.compile(r"\x1b\[[\d;]*m")


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """Serve accounts with names of wide letters, of combined ones, and of rich's markup."""
    names = ("Production", "東京 本番", "Cafe\u0301 🚀", "[red]lab[/red]")
    accounts = [
        Account(f"11112222000{number}", name, None, ("Developer",))
        for number, name in enumerate(names)
    ]
    with Sandbox(accounts=accounts) as sandbox:
        yield sandbox
    assert sandbox.defects == []


@pytest.mark.parametrize(
    "arguments", [("roles",), ("status",), ("check", "--offline"), ("check", "--offline", "nix")]
)
def test_a_pipe_gets_the_same_lines_without_colours(
    command: Callable[[str], Executable], sign_in: SignIn, arguments: tuple[str, ...]
) -> None:
    """Scripts that cut columns must not depend on where the output goes."""
    sign_in()
    name, *options = arguments
    executable = command(name)
    executable(*options)  # which lists the roles, so that nothing differs later
    plain = executable(*options)
    coloured = executable(*options, environment={**executable.environment, **COLOURED})
    assert COLOUR.search(coloured.stdout)
    assert (plain.returncode, plain.stdout) == (
        coloured.returncode,
        COLOUR.sub("", coloured.stdout),
    )


@pytest.mark.parametrize("arguments", [("status",), ("check", "--offline")])
def test_a_narrow_terminal_gets_every_word(
    command: Callable[[str], Executable], sign_in: SignIn, arguments: tuple[str, ...]
) -> None:
    """A pane of tmux can be narrower than what a line begins with."""
    sign_in()
    name, *options = arguments
    executable = command(name)
    wide, narrow = (
        executable(*options, environment={**executable.environment, **COLOURED, "COLUMNS": columns})
        for columns in ("10000", "5")
    )
    assert (narrow.returncode, narrow.stderr) == (wide.returncode, "")
    assert _words(narrow.stdout) == _words(wide.stdout)


def _words(printed: str) -> list[str]:
    return COLOUR.sub("", printed).split()


@pytest.mark.parametrize("name", ["roles", "status"])
def test_a_reader_that_has_closed_the_pipe_changes_no_exit_code(
    command: Callable[[str], Executable], sign_in: SignIn, name: str
) -> None:
    """`status | grep -q corp` ends early, and scripts stop on errors."""
    sign_in()
    reader, writer = os.pipe()
    os.close(reader)
    with open(writer, "wb") as closed:
        process = command(name).start(stdout=closed)
    _, stderr = process.communicate(timeout=180)
    assert (process.returncode, stderr) == (0, "")


@pytest.mark.parametrize("closed", [">&- 2>&-", "<&- >&- 2>&-", "2>&-"])
@pytest.mark.parametrize(
    ("arguments", "exit_code"),
    [(("status",), 0), (("roles",), 0), (("configure", "profile", "new"), 2)],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_a_command_works_with_closed_streams(
    command: Callable[[str], Executable],
    sign_in: SignIn,
    arguments: tuple[str, ...],
    exit_code: int,
    closed: str,
) -> None:
    """Some daemons start programs so, and want the exit code alone."""
    sign_in()
    prefix = ("/bin/sh", "-c", f'exec "$@" {closed}', "sh")
    name, *others = arguments
    assert command(name)(*others, prefix=prefix).returncode == exit_code
