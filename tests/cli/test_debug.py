"""`--debug` of all commands that ask a broker, which then writes to its log what it was asked."""

from collections.abc import Callable

import pytest

from testing.executable import Executable, finish
from testing.home import Home
from testing.terminal import Terminal

CORP = ("--sso-session", "corp")
ROLE = ("--account-id", "111122220001", "--role-name", "Developer")
COMMANDS = {
    "login": CORP,
    "roles": CORP,
    "roles of an account": (*CORP, "--account", ROLE[1]),
    "export": (*CORP, *ROLE),
    "configure populate": (*CORP, "--region", "eu-west-1", "--dry-run"),
}


def debug_lines(home: Home) -> list[str]:
    """Return what only `--debug` adds to the log of the broker."""
    (log,) = home.host_files("broker.log")
    return [line for line in log.read_text().splitlines() if " DEBUG " in line]


@pytest.mark.parametrize("debug", [("--debug",), ()], ids=["with", "without"])
@pytest.mark.parametrize(("words", "arguments"), COMMANDS.items(), ids=COMMANDS)
def test_a_broker_logs_more_for_any_command(
    command: Callable[[str], Executable],
    signed_in: Home,
    words: str,
    arguments: tuple[str, ...],
    debug: tuple[str, ...],
) -> None:
    """A user whose `login` or `roles` fails cannot add it to a line of the config file."""
    name, *more = words.partition(" of ")[0].split()
    assert command(name)(*more, *arguments, *debug).returncode == 0
    assert bool(debug_lines(signed_in)) == bool(debug)


def test_it_is_an_option_of_run_and_not_of_the_tool(
    command: Callable[[str], Executable], signed_in: Home
) -> None:
    """What is behind the name of the tool is for the tool."""
    echo = ("echo", "--debug")
    assert command("run")(*CORP, *ROLE, "--", *echo).stdout == "--debug\n"
    assert debug_lines(signed_in) == []
    other = (*ROLE[:-1], "Administrator")  # the first one is cached
    assert command("run")(*CORP, *other, "--debug", "--", *echo).stdout == "--debug\n"
    assert debug_lines(signed_in) != []


def test_a_profile_that_is_asked_for_can_be_looked_into(
    command: Callable[[str], Executable], signed_in: Home, terminal: Terminal
) -> None:
    """The first command that a user types is the one that meets the proxy."""
    arguments = ("profile", "dev", *CORP, *ROLE[2:], "--region", "eu-west-1", "--debug")
    process = command("configure").start(
        *arguments, prefix=terminal.everything, stdin=terminal.keyboard
    )
    terminal.answer("words to search", "1")
    terminal.answer("added)?", "y")
    assert finish(process).returncode == 0
    assert debug_lines(signed_in) != []
