"""A broker stays for the next caller, as long as it costs nothing and its user is signed in."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from credential_process.broker import inbox
from credential_process.broker.linger import DEFAULT_SECONDS, Linger
from credential_process.broker.loop import Loop
from credential_process.session.context import SessionContext
from credential_process.stores import mailbox
from credential_process.system import locks
from testing import processes
from testing.events import until
from testing.executable import Executable
from testing.home import Home


def has_ended(home: Path) -> bool:
    """Return whether no process of a home is left."""
    return not processes.of(home)


def test_a_broker_ends_when_its_user_signs_out(get: Executable) -> None:
    """It has nothing to do until the next sign-in, and no token to keep in its memory."""
    get(environment={**get.environment, "SSO_CREDENTIAL_PROCESS_LINGER": "3600"})
    assert processes.last(get.home)
    replace(get, command="logout")("--sso-session", "corp")
    until(lambda: has_ended(get.home), "the broker has ended")


def test_a_session_decides_how_long_its_broker_stays(get: Executable, home: Home) -> None:
    """On a machine with little memory it may end with its work."""
    with home.config.open("a") as config:
        config.write("credential_process_linger = 0\n")
    assert get().returncode == 0
    until(lambda: has_ended(get.home), "the broker has ended")


def test_a_time_that_is_no_number_is_one_line(get: Executable, home: Home) -> None:
    """It names the key, the section and the file."""
    with home.config.open("a") as config:
        config.write("credential_process_linger = 10m\n")
    done = get()
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert "credential_process_linger in [sso-session corp] is '10m'" in done.stderr


@pytest.fixture
def context(home: Home, monkeypatch: pytest.MonkeyPatch) -> SessionContext:
    """Return the session of a user who has signed in."""
    monkeypatch.delenv("SSO_CREDENTIAL_PROCESS_LINGER", raising=False)
    fields = {"session": "corp", "AWS_CONFIG_FILE": str(home.config), "HOME": str(home.path)}
    context = SessionContext.of(fields, str(home.state / "session-corp"))
    token = Path(context.tokens.file)
    token.parent.mkdir(parents=True)
    token.write_text("{}")
    return context


def longest(linger: Linger, context: SessionContext | None, **how: Any) -> int:
    """Return after how many idle seconds a broker ends."""
    return next(
        seconds for seconds in range(10_000) if linger.is_over(seconds + 0.5, context, **how)
    )


def test_it_stays_for_ten_minutes(context: SessionContext) -> None:
    """The next role costs no second start."""
    assert longest(Linger(), context, is_cheap=True) == DEFAULT_SECONDS


def test_one_that_has_to_look_all_the_time_does_not_stay_long(context: SessionContext) -> None:
    """Some file systems have no pipes; it would keep a laptop awake."""
    assert longest(Linger(), context, is_cheap=False) == 30


@pytest.mark.parametrize("is_known", [True, False])
def test_one_of_a_user_who_is_not_signed_in_does_not_stay_long(
    context: SessionContext, *, is_known: bool
) -> None:
    """There is nothing that it could hand out."""
    Path(context.tokens.file).unlink()
    assert longest(Linger(), context if is_known else None, is_cheap=True) == 30


def test_a_shorter_time_holds_for_all(
    context: SessionContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The variable is older than the key, and the user's own."""
    monkeypatch.setenv("SSO_CREDENTIAL_PROCESS_LINGER", "7")
    assert longest(Linger(), context, is_cheap=False) == 7


def test_a_caller_wakes_an_idle_broker(tmp_path: Path) -> None:
    """Between its rare looks into the mailbox it sleeps."""
    box = str(tmp_path / "hosts" / "host")
    mailbox.open_box(box)
    loop = Loop()
    seen: list[set[str]] = []
    listener = locks.WakeupListener(mailbox.broker_wakeup_path(box))
    loop.wake_through(listener, lambda: seen.append(inbox.names(box)))

    def is_woken() -> bool:
        # Once more, in case that the listener was not listening yet.
        want = mailbox.post(box, {"kind": "role"})
        loop.run_next(timeout_seconds=0.5)
        mailbox.withdraw(want)
        return bool(seen)

    until(is_woken, "a want has woken the loop")
    assert any(seen)
