"""What users do with tabs while a sign-in is open, in a real browser."""

import re
from collections.abc import Callable
from pathlib import Path
from subprocess import Popen
from urllib.parse import urlencode, urlsplit

from credential_process.sandbox import Sandbox
from testing.chromium import ALLOW, Tab, sign_in
from testing.events import until
from testing.executable import Executable, finish
from testing.home import Home
from testing.people import Person

SIGNED_IN = "main.good"
Start = Callable[..., Popen[str]]


def exchanges(sandbox: Sandbox) -> int:
    """Return how many codes were exchanged."""
    return int(sandbox.counters()["token"]["authorization_code"])


def test_a_closed_tab_leaves_the_sign_in_open(
    page: str, tab: Tab, start: Start, person: Person, get: Executable, tabs: Callable[[], Tab]
) -> None:
    """Tabs get lost: callers continue to wait, and `login` opens the page again."""
    tab.open(page)
    tab.close()
    later = start()
    login = Executable("login", get.home, get.environment, ("--sso-session", "corp")).start()
    again = until(lambda: person.arrivals()[1:], "the page is to be opened once more")
    assert again != [page]  # others may have read its old address
    tab = tabs()
    tab.open(again[0])
    sign_in(tab)
    tab.click(ALLOW, then=SIGNED_IN)
    assert [finish(each).returncode for each in (later, login)] == [0, 0]


def test_going_back_and_reloading_afterwards_changes_nothing(
    page: str, tab: Tab, caller: Popen[str], sandbox: Sandbox
) -> None:
    """Users press the buttons of their browser."""
    tab.open(page)
    sign_in(tab)
    tab.click(ALLOW, then=SIGNED_IN)
    assert finish(caller).returncode == 0
    tab.reload()
    assert "You are signed in" in tab.text()
    tab.back()
    tab.open(page)
    assert "You are signed in" in tab.text()
    assert (sandbox.counters()["authorize"], exchanges(sandbox)) == (1, 1)


def test_the_history_of_the_browser_has_no_code(
    page: str, tab: Tab, caller: Popen[str], sandbox: Sandbox
) -> None:
    """It is kept for months, and sent to other computers of the user."""
    tab.open(page)
    sign_in(tab)
    tab.click(ALLOW, then=SIGNED_IN)
    assert finish(caller).returncode == 0
    assert tab.url() == page
    tab.back()
    assert tab.url().startswith(sandbox.url)


def test_going_back_and_reloading_in_the_middle_loses_nothing(
    page: str, tab: Tab, caller: Popen[str], sandbox: Sandbox
) -> None:
    """An impatient user still has one sign-in."""
    tab.open(page)
    tab.reload()
    sign_in(tab)
    tab.back()
    tab.open(page)
    tab.reload()
    tab.click("a", then=ALLOW)
    tab.reload()
    tab.click(ALLOW, then=SIGNED_IN)
    assert finish(caller).returncode == 0
    assert exchanges(sandbox) == 1


def test_two_tabs_end_one_sign_in(
    page: str, tabs: Callable[[], Tab], caller: Popen[str], sandbox: Sandbox
) -> None:
    """A user who finishes in both reads twice that it worked, and the second code is not exchanged."""
    first, second = tabs(), tabs()
    first.open(page)
    second.open(page)
    sign_in(first)
    second.click("a", then=ALLOW)
    for tab in (second, first):
        tab.click(ALLOW, then=SIGNED_IN)
    assert finish(caller).returncode == 0
    assert exchanges(sandbox) == 1


def test_two_sessions_are_signed_in_at_once(
    page: str,
    tabs: Callable[[], Tab],
    caller: Popen[str],
    start: Start,
    person: Person,
    get: Executable,
    home: Home,
) -> None:
    """Each has its own listener, and each callback reaches the right one."""
    home.config.write_text(home.config.read_text().replace("corp", "lab") + home.config.read_text())
    other = start("--sso-session", "lab", *get.arguments[2:])
    other_page = until(lambda: person.arrivals()[1:], "the other page is to be opened")[0]
    first, second = tabs(), tabs()
    first.open(page)
    sign_in(first)
    second.open(other_page)
    for tab, name in ((second, "lab"), (first, "corp")):
        tab.click(ALLOW, then=SIGNED_IN)
        assert f"Session\n{name}\n" in tab.text()
    assert [finish(each).returncode for each in (caller, other)] == [0, 0]
    assert urlsplit(page).port != urlsplit(other_page).port


def test_a_connection_opened_in_advance_blocks_no_other(
    page: str, tab: Tab, tabs: Callable[[], Tab], caller: Popen[str], sandbox: Sandbox
) -> None:
    """Chromium connects in advance to the links of a page, and may never send a request there."""
    port = urlsplit(page).port or 0
    idle = tabs()
    idle.open(f"{sandbox.url}/sign-in")
    idle.run(
        "const link = document.createElement('link'); link.rel = 'preconnect';"
        f"link.href = 'http://127.0.0.1:{port}'; document.head.append(link)"
    )
    until(lambda: connections(port), "Chromium is connected")
    tab.open(page)
    sign_in(tab)
    tab.click(ALLOW, then=SIGNED_IN)
    assert finish(caller).returncode == 0


def connections(port: int) -> list[str]:
    """Return the open connections to a port of this computer."""
    established = re.compile(rf" 0100007F:[0-9A-F]{{4}} 0100007F:{port:04X} 01 ")
    return established.findall(Path("/proc/net/tcp").read_text())


def test_a_repeated_callback_exchanges_one_code(
    page: str, tab: Tab, tabs: Callable[[], Tab], caller: Popen[str], sandbox: Sandbox
) -> None:
    """A code works once: the second request waits for the result of the first."""
    tab.open(page)
    sign_in(tab)
    sandbox.set_faults({"operation": "token", "delay_seconds": 0.5})
    tab.run(f"setTimeout(() => document.querySelector('{ALLOW}').click())")
    assert sandbox.wait_until(lambda counters: counters["token"]["authorization_code"] == 1)
    double = tabs()
    double.open(callback(sandbox))
    tab.find(SIGNED_IN)
    assert "You are signed in" in double.text()
    assert finish(caller).returncode == 0
    assert exchanges(sandbox) == 1


def callback(sandbox: Sandbox) -> str:
    """Return the callback address that the browser was redirected to."""
    (authorize,) = (each for each in sandbox.requests() if each.operation == "authorize")
    (token,) = (each for each in sandbox.requests() if each.operation == "token")
    assert isinstance(token.body, dict)
    answer = {"code": token.body["code"], "state": authorize.query["state"]}
    return f"{token.body['redirectUri']}?{urlencode(answer)}"
