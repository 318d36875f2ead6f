"""The pages in a real browser. ``pytest --pictures docs/images`` keeps what they look like."""

import shlex
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import chromium
from tests.events import until
from tests.executable import Executable, finish
from tests.people import Person

LANDING = "sign-in-open"


@pytest.fixture
def pages(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Return the folder that gets a picture and the text of each page."""
    folder = Path(request.config.getoption("--pictures") or tmp_path / "pages").absolute()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def browser(pages: Path) -> Callable[..., str]:
    """Return how to make Chromium the `$BROWSER`."""

    def command(*options: str) -> str:
        words = [sys.executable, "-I", chromium.__file__, *options, "--pages", str(pages)]
        return f"{shlex.join(words)} %s"

    return command


def read(pages: Path, name: str) -> str:
    """Return the text of a page; only pictures are worth keeping."""
    text = pages / f"{name}.txt"
    content = text.read_text()
    text.unlink()
    return content


def test_a_person_signs_in_with_a_browser(
    get: Executable, browser: Callable[..., str], pages: Path
) -> None:
    """Forms, cookies, redirects and policies as a browser has them, not as we think it has."""
    done = get(environment={**get.environment, "BROWSER": browser()})
    assert (done.returncode, done.stderr) == (0, "")
    assert "Any user name and any password" in read(pages, "sandbox-sign-in")
    consent = read(pages, "sandbox-consent")
    assert "to access your data?" in consent
    until((pages / "signed-in.txt").exists, "the last page is kept")
    last = read(pages, "signed-in")
    assert "signed in" in last.lower()
    assert "close" in last.lower()


def test_a_person_refuses_with_a_browser(
    get: Executable, browser: Callable[..., str], pages: Path
) -> None:
    """The page must say that nothing was handed out, as clearly as the other says that it was."""
    done = get(environment={**get.environment, "BROWSER": browser("--deny")})
    assert (done.returncode, done.stdout) == (4, "")
    until((pages / "denied.txt").exists, "the last page is kept")
    last = read(pages, "denied").lower()
    assert "denied" in last or "refused" in last or "not signed in" in last
    for name in ("sandbox-sign-in", "sandbox-consent"):
        read(pages, name)


def test_a_second_visitor_reads_who_asks_for_what(
    get: Executable, people: Callable[..., Person], pages: Path
) -> None:
    """A page that opens by itself must say why: who asks, for which role, in which account."""
    first = people("--leave")
    caller = get.start(environment={**get.environment, "BROWSER": first.browser})
    (url,) = until(first.arrivals, "the page was opened once")
    with chromium.chromium(pages) as window:
        window.open(url)
        window.keep(LANDING)
        text = read(pages, LANDING)
        us = Path("/proc/self/comm").read_text().strip()
        for word in (us, get.arguments[3], get.arguments[5], "corp", "another tab"):
            assert word in text
        window.click("a", then="input[name=password]")
    caller.kill()
    finish(caller)
