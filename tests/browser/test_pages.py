"""What a person reads at our listener. ``pytest --pictures docs/images`` keeps what it looks like."""

from collections.abc import Callable, Iterable
from pathlib import Path
from subprocess import Popen

import pytest

from credential_process.sandbox import Sandbox
from testing.chromium import ALLOW, DENY, Tab, sign_in
from testing.executable import finish
from testing.home import Home
from testing.person import Browser

Keep = Callable[..., None]

ASKED = """\
Requested by
terraform
Role
Developer
Account
111122220001
Session
corp
"""
FOOT = "sso-credential-process, on this computer"
LOGIN = "sso-credential-process login --sso-session corp"
LOOKS = {
    "": (900, 700, "light"),
    "-dark": (900, 700, "dark"),
    "-small": (390, 720, "light"),
    "-small-dark": (390, 720, "dark"),
}


@pytest.fixture
def keep(request: pytest.FixtureRequest) -> Keep:
    """Return how to look at a page on two screens by day and night, and to keep what it looks like."""
    folder = request.config.getoption("--pictures")

    def keep(tab: Tab, name: str, looks: Iterable[str] = LOOKS) -> None:
        for look in looks:
            width, height, scheme = LOOKS[look]
            tab.look(width=width, height=height, scheme=scheme)
            assert not tab.run("return document.documentElement.scrollWidth > innerWidth"), look
            if folder:
                (Path(folder) / f"{name}{look}.png").write_bytes(tab.picture())

    return keep


def test_a_second_visitor_reads_who_asks_for_what(
    page: str, tab: Tab, tabs: Callable[[], Tab], keep: Keep
) -> None:
    """A page that opens by itself must say why: who asks, for which role, in which account."""
    tabs().open(page)
    tab.open(page)
    keep(tab, "sign-in-open")
    expected = (
        "→\nA sign-in is already open\n"
        "It is open in another tab or window. Finish it there, or continue here.\n"
        f"{ASKED}Continue to sign-in\nIf that page shows an error, run this in a terminal:\n{LOGIN} --force\n{FOOT}"
    )
    assert expected == tab.text()
    tab.click("a", then="input[name=password]")


def test_another_browser_reads_who_asks_and_what_to_do(page: str, tab: Tab, keep: Keep) -> None:
    """It may be the right one of the user's, or another user's: the page must serve the one and not the other."""
    Browser().open(page)
    tab.open(page)
    keep(tab, "sign-in-elsewhere")
    expected = (
        "→\nA sign-in is open in another browser\n"
        f"Another browser opened it first. Finish it there.\n{ASKED}"
        "To sign in with this browser instead, run this in a terminal and open the address that it prints:\n"
        f"{LOGIN} --no-browser\n"
        "If you have not opened it anywhere else, add --force, which ends it and begins another. "
        f"If you opened it here, allow cookies for 127.0.0.1 in this browser.\n{FOOT}"
    )
    assert expected == tab.text()


def test_who_has_signed_in_reads_that_it_worked(
    page: str, tab: Tab, keep: Keep, caller: Popen[str]
) -> None:
    """People close the tab, and look at their terminal, as soon as they know that they may."""
    tab.open(page)
    keep(tab, "sandbox-sign-in", looks=[""])
    sign_in(tab)
    keep(tab, "sandbox-consent", looks=[""])
    tab.click(ALLOW, then="main.good")
    keep(tab, "signed-in")
    expected = (
        "✓\nYou are signed in\n"
        "Programs that were waiting now get their credentials. You can close this tab.\n"
        f"{ASKED}{FOOT}"
    )
    assert expected == tab.text()
    assert finish(caller).returncode == 0


def test_who_has_refused_reads_that_nothing_was_handed_out(
    page: str, tab: Tab, keep: Keep, caller: Popen[str]
) -> None:
    """The page must say so as clearly as the other says that it worked, and how to change one's mind."""
    tab.open(page)
    sign_in(tab)
    tab.click(DENY, then="main.bad")
    keep(tab, "denied")
    expected = (
        "!\nSign-in failed\n"
        "Access was denied.\n"
        f"{ASKED}To try again, run this in a terminal:\n{LOGIN}\n{FOOT}"
    )
    assert expected == tab.text()
    assert finish(caller).returncode == 4


def test_a_failure_of_the_service_is_named_on_the_page(
    page: str, tab: Tab, caller: Popen[str], sandbox: Sandbox
) -> None:
    """Who has done everything right must not look for their own mistake."""
    tab.open(page)
    sign_in(tab)
    sandbox.set_faults({"preset": "http_503_html", "operation": "token", "count": None})
    tab.click(ALLOW, then="main.bad")
    assert "IAM Identity Center answered 503" in tab.text()
    assert LOGIN in tab.text()
    assert finish(caller).returncode == 5


def test_who_comes_late_reads_that_it_is_over(
    page: str,
    tab: Tab,
    keep: Keep,
    caller: Popen[str],
    home: Home,
    sandbox: Sandbox,
) -> None:
    """Somebody who has signed in with the AWS CLI meanwhile still has our tab open."""
    home.sign_in(sandbox)
    assert finish(caller).returncode == 0
    tab.open(page)
    keep(tab, "over")
    expected = (
        "→\nThis sign-in is over\nIt was completed elsewhere, or it timed out. You can close this tab.\n"
        f"{ASKED}If a program is still waiting, run this in a terminal:\n{LOGIN}\n{FOOT}"
    )
    assert expected == tab.text()


def test_the_policy_lets_our_style_in_and_nothing_else(
    page: str, tab: Tab, tabs: Callable[[], Tab]
) -> None:
    """A hash that does not fit would leave the page bare; a policy that is loose would guard nothing."""
    tabs().open(page)
    tab.open(page)
    style = "return getComputedStyle(document.body)"
    assert tab.run(f"{style}.display") == "grid"
    smuggled = "const s = document.createElement('style'); s.textContent = 'body { display: flex }'"
    tab.run(f"{smuggled}; document.head.append(s)")
    tab.run("document.body.setAttribute('style', 'display: flex')")
    assert tab.run(f"{style}.display") == "grid"


def test_in_the_dark_the_page_is_dark(page: str, tab: Tab, tabs: Callable[[], Tab]) -> None:
    """A white screen at night hurts."""
    tabs().open(page)
    tab.open(page)
    grounds = []
    for scheme in ("light", "dark"):
        tab.look(width=900, height=700, scheme=scheme)
        grounds.append(tab.run("return getComputedStyle(document.body).backgroundColor"))
    assert grounds == ["rgb(243, 245, 248)", "rgb(18, 21, 26)"]
