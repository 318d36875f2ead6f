"""`--help`, and what is said to a user who mistypes a command."""

from collections.abc import Callable

import pytest

from testing.executable import Executable

HEADINGS = ["Options:", "Set up:", "Every day:", "For SDKs:", "Try it:"]


def test_the_commands_are_grouped_by_purpose(command: Callable[[str], Executable]) -> None:
    """A new user finds the two or three commands of a normal day among eleven."""
    lines = command("--help")().stdout.splitlines()
    assert [line for line in lines if line in HEADINGS] == HEADINGS


@pytest.mark.parametrize(
    ("typed", "shown"),
    [("loginn", "No such command 'loginn'. Did you mean 'login'?"), ("x", "No such command 'x'.")],
)
def test_a_mistyped_command_shows_the_one_that_was_meant(
    command: Callable[[str], Executable], typed: str, shown: str
) -> None:
    """An unknown word, on the other hand, is not guessed at."""
    done = command(typed)()
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.endswith(f"Error: {shown}\n")


def test_a_letter_that_a_pipe_cannot_have_ends_no_command(
    command: Callable[[str], Executable], add_session: Callable[[str], None]
) -> None:
    """On Windows, pipes have the code page of the country, and accounts have the names of all."""
    add_session("Łódź")
    status = command("status")
    environment = {**status.environment, "PYTHONIOENCODING": "ascii"}
    done = Executable("status", status.home, environment, ())("--sso-session", "Łódź")
    assert "UnicodeEncodeError" not in done.stderr
    assert "??d?" in done.stdout
