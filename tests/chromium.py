"""A person at a real browser, as a program for `$BROWSER`: headless Chromium clicks through.

Debian's chromedriver is driven over WebDriver (https://www.w3.org/TR/webdriver2/), of which this
needs eight commands. Standard library only.
"""

import argparse
import base64
import json
import os
import re
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # the standard's name for an element's id
ARGUMENTS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--hide-scrollbars", "--window-size=900,700",
)  # fmt: skip
_WHEN_PAINTED = "requestAnimationFrame(() => requestAnimationFrame(arguments[0]))"
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Chromium:
    """One window of Chromium; `pages`, if given, is where each page is kept as picture and text."""

    def __init__(self, driver_url: str, arguments: tuple[str, ...], pages: Path | None) -> None:
        wanted = {
            "goog:chromeOptions": {"args": arguments},
            "timeouts": {"implicit": 20_000},  # how long to wait for an element to be there
        }
        session = _call("POST", f"{driver_url}/session", capabilities={"alwaysMatch": wanted})
        self._session = f"{driver_url}/session/{session['sessionId']}"
        self._pages = pages

    def open(self, url: str) -> None:
        """Go to a page and wait until it is loaded."""
        self._post("url", url=url)

    def click(self, selector: str, *, then: str) -> None:
        """Click on an element, and wait for `then`, which only the page that follows has."""
        self._post(f"element/{self._find(selector)}/click")
        self._find(then)

    def type(self, selector: str, text: str) -> None:
        """Type into a field."""
        self._post(f"element/{self._find(selector)}/value", text=text)

    def text(self) -> str:
        """Return what a person can read on the page."""
        return str(_call("GET", f"{self._session}/element/{self._find('body')}/text"))

    def keep(self, name: str) -> None:
        """Keep the page as NAME.png and NAME.txt."""
        if self._pages:
            # Loaded is not painted yet: the picture would be of the page before.
            self._post("execute/async", script=_WHEN_PAINTED, args=[])
            picture = _call("GET", f"{self._session}/screenshot")
            (self._pages / f"{name}.png").write_bytes(base64.b64decode(picture))
            (self._pages / f"{name}.txt").write_text(self.text())

    def quit(self) -> None:
        """End the browser."""
        _call("DELETE", self._session)

    def _find(self, selector: str) -> str:
        return str(self._post("element", using="css selector", value=selector)[ELEMENT])

    def _post(self, command: str, **parameters: object) -> Any:
        return _call("POST", f"{self._session}/{command}", **parameters)


@contextmanager
def chromium(pages: Path | None = None) -> Iterator[Chromium]:
    """Start Chromium with an empty profile of its own; end it and its driver afterwards."""
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder, _driver(folder) as driver_url:
        arguments = (*ARGUMENTS, f"--user-data-dir={folder}/profile")
        browser = Chromium(driver_url, arguments, pages)
        try:
            yield browser
        finally:
            browser.quit()


@contextmanager
def _driver(folder: str) -> Iterator[str]:
    # Whatever a browser writes beside its profile goes away with the folder, too.
    environment = {**os.environ, "XDG_CONFIG_HOME": folder, "XDG_CACHE_HOME": folder}
    command = ["chromedriver", "--port=0"]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as driver:
        try:
            yield f"http://127.0.0.1:{_port(driver)}"
        finally:
            driver.terminate()


def _port(driver: "subprocess.Popen[str]") -> str:
    for line in driver.stdout or ():
        if started := re.search(r"started successfully on port (\d+)", line):
            return started[1]
    raise RuntimeError("chromedriver did not start")


def _call(method: str, address: str, /, **parameters: object) -> Any:
    body = json.dumps(parameters).encode() if method == "POST" else None
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(address, body, headers, method=method)
    with _DIRECT.open(request, timeout=60) as response:
        return json.load(response)["value"]


def click_through(browser: Chromium, url: str, *, allow: bool) -> None:
    """Open a page of ours, sign in at the sandbox, and decide."""
    browser.open(url)
    browser.keep("sandbox-sign-in")
    browser.type("input[name=username]", "ada")
    browser.type("input[name=password]", "lovelace")
    decision = f"[data-testid={'allow' if allow else 'deny'}-access-button]"
    browser.click("form button[type=submit]", then=decision)
    browser.keep("sandbox-consent")
    browser.click(decision, then="body:not(:has(form))")
    browser.keep("signed-in" if allow else "denied")


def main() -> None:
    """Do what `$BROWSER` is asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--deny", action="store_true", help="sign in, and refuse")
    parser.add_argument("--pages", type=Path, help="folder for a picture and the text of each page")
    parser.add_argument("url")
    arguments = parser.parse_args()
    with chromium(arguments.pages) as browser:
        click_through(browser, arguments.url, allow=not arguments.deny)


if __name__ == "__main__":
    main()
