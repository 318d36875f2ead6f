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
    [
        ("loginn", "there is no command 'loginn'; did you mean 'login'?"),
        ("LOGIN", "there is no command 'LOGIN'; did you mean 'login'?"),
        ("x", "there is no command 'x'; see: sso-credential-process --help"),
    ],
)
def test_a_mistyped_command_has_a_suggestion(
    command: Callable[[str], Executable], typed: str, shown: str
) -> None:
    """For an unknown word there is no suggestion."""
    done = command(typed)()
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"sso-credential-process: {shown}\n"


@pytest.mark.parametrize(
    ("name", "words", "shown"),
    [
        ("configure", ("populat",), "there is no command 'populat'; did you mean 'populate'?"),
        ("login", ("--forc",), "there is no option '--forc'; did you mean --force?"),
        ("roles", ("--accounts", "x"), "there is no option '--accounts'; did you mean --account?"),
        ("roles", ("corp",), "(corp); to give a name: --profile NAME or --sso-session NAME"),
        ("roles", ("--zzz",), "there is no option '--zzz'; see: sso-credential-process roles --help"),
        ("admin", ("assignments", "dev"), "; to give a name: --profile NAME"),
        ("completion", ("bahs",), "see: sso-credential-process completion --help"),
        ("configure", ("profile",), "missing argument 'NAME'"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_command_line_is_one_line(
    command: Callable[[str], Executable], name: str, words: tuple[str, ...], shown: str
) -> None:
    """The line with the reason would be lost among lines about usage."""
    done = command(name)(*words)
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert shown in done.stderr


def test_a_group_without_a_command_prints_its_help(command: Callable[[str], Executable]) -> None:
    """Users type it to see what there is."""
    done = command("configure")()
    assert "populate" in done.stderr + done.stdout


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


@pytest.mark.parametrize(
    ("typed", "same"),
    [
        (("help",), ("--help",)),
        (("help", "login"), ("login", "--help")),
        (("help", "configure", "profile"), ("configure", "profile", "--help")),
        (("configure", "help", "profile"), ("configure", "profile", "--help")),
        (("-V",), ("--version",)),
    ],
)
def test_help_and_version_are_found_by_other_names(
    command: Callable[[str], Executable], typed: tuple[str, ...], same: tuple[str, ...]
) -> None:
    """Users know `git help`, and `-V` of other tools."""
    done, expected = (command(first)(*rest) for first, *rest in (typed, same))
    assert (done.returncode, done.stderr, done.stdout) == (0, "", expected.stdout)
    assert done.stdout
