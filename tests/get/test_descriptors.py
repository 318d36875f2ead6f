"""Unusual callers: closed descriptors, ignored signals; and what other programs do while a caller waits."""

import json
import os
from collections.abc import Callable

import pytest

from credential_process.sandbox import Sandbox
from testing.events import until
from testing.executable import Executable, finish
from testing.home import Home
from testing.people import Pause, Person

CLOSED_STDERR = ("sh", "-c", 'exec "$@" 2>&-', "sh")


@pytest.mark.parametrize("arguments", [("--no-login",), ("--wait", "soon")])
def test_a_closed_stderr_lets_nothing_into_stdout(
    get: Executable, arguments: tuple[str, ...]
) -> None:
    """The next file that is opened gets the free descriptor, and PHP and C++ parse stdout whatever the exit code."""
    done = get(*get.arguments, *arguments, prefix=CLOSED_STDERR)
    assert done.returncode in {2, 3}
    assert (done.stdout, done.stderr) == ("", "")


@pytest.mark.parametrize("odd", [("--wait", "soon"), ("--wait", ""), ("--sso-region", "us-east-1")])
def test_a_bad_line_also_fails_when_credentials_are_cached(
    get: Executable, odd: tuple[str, ...]
) -> None:
    """A bad line that works until the credentials expire would fail in the middle of the night."""
    assert get().returncode == 0
    done = get(*get.arguments, *odd)
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)


def test_a_token_from_another_tool_ends_the_wait_for_a_sign_in(
    get: Executable, home: Home, sandbox: Sandbox, people: Callable[..., Person]
) -> None:
    """If the user runs `aws sso login` while the page is open, one sign-in is enough."""
    environment = {**get.environment, "BROWSER": people("--leave").browser}
    caller = get.start(environment=environment)
    until(lambda: home.host_files("sign_in"), "the sign-in is open")
    home.token_file().parent.mkdir(parents=True, exist_ok=True)
    written = home.path / "token"
    written.write_text(json.dumps(sandbox.sign_in()))
    os.replace(written, home.token_file())
    done = finish(caller)
    assert (done.returncode, done.stderr) == (0, "")
    until(lambda: not home.host_files("sign_in"), "the sign-in is closed")


def test_the_browser_holds_nothing_of_the_caller(
    get: Executable, people: Callable[..., Person], pause: Pause
) -> None:
    """A browser stays open for days, and an SDK that waits for a pipe to close would wait as long."""
    person = people("--wait-for", str(pause.path))
    caller = get.start(
        environment={**get.environment, "BROWSER": person.browser},
        prefix=("/bin/sh", "-c", 'exec 9>&2 "$@"', "sh"),
    )
    until(person.arrivals, "the browser is open")
    caller.kill()
    finish(caller)
    pause.end()
