"""`--help`, and the message for a user who mistypes a command."""

from collections.abc import Callable

import pytest

from testing.executable import Executable

HEADINGS = ["Options:", "Set up:", "Every day:", "For SDKs:", "Administrators:", "Try it:"]


def test_the_commands_are_grouped_by_purpose(command: Callable[[str], Executable]) -> None:
    """A new user finds the two or three commands of a normal day among eleven."""
    lines = command("--help")().stdout.splitlines()
    assert [line for line in lines if line in HEADINGS] == HEADINGS


@pytest.mark.parametrize(
    ("typed", "shown"),
    [("loginn", "No such command 'loginn'. Did you mean 'login'?"), ("x", "No such command 'x'.")],
)
def test_a_mistyped_command_has_a_suggestion(
    command: Callable[[str], Executable], typed: str, shown: str
) -> None:
    """For an unknown word there is no suggestion."""
    done = command(typed)()
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.endswith(f"Error: {shown}\n")


def test_a_letter_that_cannot_be_encoded_ends_no_command(
    command: Callable[[str], Executable], add_session: Callable[[str], None]
) -> None:
    """On Windows, pipes use the code page of the country, but names of accounts can have any letters."""
    add_session("Łódź")
    status = command("status")
    environment = {**status.environment, "PYTHONIOENCODING": "ascii"}
    done = Executable("status", status.home, environment, ())("--sso-session", "Łódź")
    assert "UnicodeEncodeError" not in done.stderr
    assert "??d?" in done.stdout
