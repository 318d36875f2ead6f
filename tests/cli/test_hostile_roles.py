"""A portal that serves a role whose name is a piece of a config file: no command writes it as more than a value."""

from collections.abc import Callable, Iterator

import pytest

from credential_process.sandbox import Account, Sandbox
from testing.executable import Executable, finish
from testing.home import Home
from testing.terminal import Terminal
from tests.cli.conftest import SignIn

HOSTILE = "Developer\n[default]\ncredential_process = /usr/bin/touch PWNED\n# \x1b[2J"
LEFT_OUT = (
    "skipped because of its name: role Developer [default] credential_process = /usr/bin/touch PWNED #…"
    " in 111122220001 (Production)"
)


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """Serve an account with that role and a good one."""
    account = Account("111122220001", "Production", None, (HOSTILE, "ReadOnly"))
    with Sandbox(accounts=[account]) as sandbox:
        yield sandbox
    assert sandbox.defects == []


@pytest.fixture
def signed_in_command(
    command: Callable[[str], Executable], sign_in: SignIn
) -> Callable[[str], Executable]:
    """Return a function that finds an installed command, for a user who is signed in."""
    sign_in()
    return command


def test_populate_writes_the_others(
    signed_in_command: Callable[[str], Executable], home: Home
) -> None:
    """The user learns which role is missing, and why."""
    done = signed_in_command("configure")("populate", "--region", "eu-west-1", "--yes")
    assert (done.returncode, LEFT_OUT in done.stderr.splitlines()) == (0, True)
    assert "PWNED" not in home.config.read_text()
    assert "[profile Production.ReadOnly]" in home.config.read_text()


def test_configure_profile_does_not_offer_it(
    signed_in_command: Callable[[str], Executable], home: Home, terminal: Terminal
) -> None:
    """With one role left there is nothing to choose."""
    configure = signed_in_command("configure")
    process = configure.start(
        *("profile", "dev", "--region", "eu-west-1", "--yes"),
        prefix=terminal.everything,
        stdin=terminal.keyboard,
    )
    assert finish(process).returncode == 0
    assert "PWNED" not in home.config.read_text()
    assert "--role-name ReadOnly\n" in home.config.read_text()


def test_configure_profile_refuses_it_as_an_option(
    signed_in_command: Callable[[str], Executable], home: Home
) -> None:
    """A script may pass on a name that it has read from the service."""
    before = home.config.read_text()
    done = signed_in_command("configure")(
        *("profile", "dev", "--account-id", "111122220001", "--role-name", HOSTILE),
        *("--region", "eu-west-1", "--yes"),
    )
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert home.config.read_text() == before


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_roles_lists_the_others(
    signed_in_command: Callable[[str], Executable], options: tuple[str, ...]
) -> None:
    """It is named once, on stderr, where it cannot clear the screen or look like a line of the list."""
    done = signed_in_command("roles")(*options)
    assert (done.returncode, "PWNED" in done.stdout, "ReadOnly" in done.stdout) == (0, False, True)
    assert LEFT_OUT in done.stderr.splitlines()
    assert "\x1b" not in done.stdout + done.stderr
