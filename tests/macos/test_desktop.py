"""Whether the user of a Mac has a browser: this depends on the session of launchd, not on the operating system."""

import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from credential_process.sandbox import Sandbox
from testing.executable import Executable
from testing.people import Person


@pytest.fixture
def without_browser(get: Executable, person: Person) -> dict[str, str]:
    """Return an environment without `$BROWSER`, where `open` starts the user's browser."""
    (get.home / "browser").write_text(person.browser.removesuffix(" %s"))
    return {name: value for name, value in get.environment.items() if name != "BROWSER"}


def opened(home: Path) -> list[str]:
    """Return the arguments of each `open`."""
    record = home / "opened"
    return record.read_text().splitlines() if record.exists() else []


def test_open_shows_the_page_on_a_desktop(
    get: Executable,
    without_browser: dict[str, str],
    in_session: Callable[[str], None],
    person: Person,
) -> None:
    """The usual Mac: no variable is set, and AppleScript would ask the user for a permission."""
    in_session("Aqua")
    done = get(environment=without_browser)
    assert (done.returncode, done.stderr) == (0, "")
    assert opened(get.home) == person.arrivals()
    assert len(opened(get.home)) == 1
    assert not (get.home / "scripts").exists()


@pytest.mark.parametrize("manager", ["Background", "System", "LoginWindow", "StandardIO", ""])
def test_a_daemon_has_no_desktop(
    get: Executable,
    without_browser: dict[str, str],
    in_session: Callable[[str], None],
    sandbox: Sandbox,
    manager: str,
) -> None:
    """A cron job at night gets an error at once, and opens nothing on the user's screen."""
    in_session(manager)
    done = get(environment=without_browser)
    assert (done.returncode, done.stdout) == (3, "")
    assert (opened(get.home), sandbox.requests()) == ([], [])


def test_a_named_browser_comes_first(
    get: Executable,
    without_browser: dict[str, str],
    in_session: Callable[[str], None],
    person: Person,
) -> None:
    """Some users sign in with a browser other than their default one."""
    in_session("Background")
    done = get(environment={**without_browser, "BROWSER": person.browser})
    assert (done.returncode, done.stderr) == (0, "")
    assert (len(person.arrivals()), opened(get.home)) == (1, [])


def test_over_ssh_the_desktop_is_not_the_users(
    get: Executable, without_browser: dict[str, str], in_session: Callable[[str], None]
) -> None:
    """The desktop is in another room, even if a terminal multiplexer was attached to it before."""
    in_session("Aqua")
    done = get(environment={**without_browser, "SSH_CONNECTION": "192.0.2.1 50000 192.0.2.2 22"})
    assert (done.returncode, opened(get.home)) == (3, [])


def test_the_person_is_a_command(person: Person) -> None:
    """The double of `open` runs it in a shell."""
    assert shlex.split(person.browser)[-1] == "%s"
