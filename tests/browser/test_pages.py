"""What the user reads on the pages of the listener. ``pytest --pictures docs/images`` saves screenshots."""

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

# Words that are on two lines: a command whose option is broken at a hyphen is hard to read and to type.
BROKEN_WORDS = """
const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), broken = [];
while (texts.nextNode()) {
  for (const word of texts.currentNode.data.matchAll(/\\S+/g)) {
    const range = document.createRange();
    range.setStart(texts.currentNode, word.index);
    range.setEnd(texts.currentNode, word.index + word[0].length);
    if (new Set([...range.getClientRects()].map(each => each.top)).size > 1) broken.push(word[0]);
  }
}
return broken;
"""


@pytest.fixture
def keep(request: pytest.FixtureRequest) -> Keep:
    """Return a function that opens a page on two screens, light and dark, and saves screenshots."""
    folder = request.config.getoption("--pictures")

    def keep(tab: Tab, name: str, saved: Iterable[str] = LOOKS) -> None:
        for look, (width, height, scheme) in LOOKS.items():
            tab.look(width=width, height=height, scheme=scheme)
            assert not tab.run("return document.documentElement.scrollWidth > innerWidth"), look
            assert tab.run(BROKEN_WORDS) == [], look
            if folder and look in saved:
                (Path(folder) / f"{name}{look}.png").write_bytes(tab.picture())

    return keep


def test_a_second_visit_shows_who_asks_for_what(
    page: str, tab: Tab, tabs: Callable[[], Tab], keep: Keep
) -> None:
    """A page that opens automatically must show which program asks, for which role, in which account."""
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


def test_another_browser_shows_who_asks_and_what_to_do(page: str, tab: Tab, keep: Keep) -> None:
    """It may be the user's preferred browser or another user's: the page must help the one and not the other."""
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


def test_the_last_page_shows_that_the_sign_in_worked(
    page: str, tab: Tab, keep: Keep, caller: Popen[str]
) -> None:
    """Users close the tab and return to their terminal as soon as they know that they may."""
    tab.open(page)
    keep(tab, "sandbox-sign-in", saved=[""])
    sign_in(tab)
    keep(tab, "sandbox-consent", saved=[""])
    tab.click(ALLOW, then="main.good")
    keep(tab, "signed-in")
    expected = (
        "✓\nYou are signed in\n"
        "Programs that were waiting now get their credentials. You can close this tab.\n"
        f"{ASKED}{FOOT}"
    )
    assert expected == tab.text()
    assert finish(caller).returncode == 0


def test_the_page_after_a_denial_shows_that_no_access_was_given(
    page: str, tab: Tab, keep: Keep, caller: Popen[str]
) -> None:
    """The page must be as clear as the one for success, and explain how to sign in after all."""
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
    """A user who has done everything right must not look for a mistake of their own."""
    tab.open(page)
    sign_in(tab)
    sandbox.set_faults({"preset": "http_503_html", "operation": "token", "count": None})
    tab.click(ALLOW, then="main.bad")
    assert "IAM Identity Center answered 503" in tab.text()
    assert LOGIN in tab.text()
    assert finish(caller).returncode == 5


def test_a_late_visitor_reads_that_the_sign_in_is_over(
    page: str,
    tab: Tab,
    keep: Keep,
    caller: Popen[str],
    home: Home,
    sandbox: Sandbox,
) -> None:
    """A user who has signed in with the AWS CLI meanwhile still has the tab open."""
    home.sign_in(sandbox)
    assert finish(caller).returncode == 0
    tab.open(page)
    keep(tab, "over")
    expected = (
        "→\nThis sign-in is over\nIt was completed elsewhere, or it timed out. You can close this tab.\n"
        f"{ASKED}If a program is still waiting, run this in a terminal:\n{LOGIN}\n{FOOT}"
    )
    assert expected == tab.text()


def test_the_policy_allows_only_the_style_of_the_page(
    page: str, tab: Tab, tabs: Callable[[], Tab]
) -> None:
    """With a wrong hash the page would have no style, and a loose policy would protect nothing."""
    tabs().open(page)
    tab.open(page)
    style = "return getComputedStyle(document.body)"
    assert tab.run(f"{style}.display") == "grid"
    smuggled = "const s = document.createElement('style'); s.textContent = 'body { display: flex }'"
    tab.run(f"{smuggled}; document.head.append(s)")
    tab.run("document.body.setAttribute('style', 'display: flex')")
    assert tab.run(f"{style}.display") == "grid"


def test_the_page_is_dark_in_dark_mode(page: str, tab: Tab, tabs: Callable[[], Tab]) -> None:
    """A white screen at night is unpleasant."""
    tabs().open(page)
    tab.open(page)
    grounds = []
    for scheme in ("light", "dark"):
        tab.look(width=900, height=700, scheme=scheme)
        grounds.append(tab.run("return getComputedStyle(document.body).backgroundColor"))
    assert grounds == ["rgb(243, 245, 248)", "rgb(18, 21, 26)"]
