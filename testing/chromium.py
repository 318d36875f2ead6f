"""A user at a real browser, as a program for `$BROWSER`: headless Chromium clicks through the pages.

It controls Debian's chromedriver by a dozen commands of WebDriver (https://www.w3.org/TR/webdriver2/). Standard
library only.
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
from tempfile import TemporaryDirectory
from typing import Any

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # the standard's name for an element's id
ALLOW, DENY = (f"[data-testid={answer}-access-button]" for answer in ("allow", "deny"))
LAST = "body:not(:has(form))"  # a page that is not the sandbox's any more
ARGUMENTS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--hide-scrollbars", "--window-size=900,700",
)  # fmt: skip
_WHEN_PAINTED = "requestAnimationFrame(() => requestAnimationFrame(arguments[0]))"
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Chromium:
    """A running Chromium; it runs for as long as its first tab is open, which stays empty."""

    def __init__(self, driver_url: str, arguments: tuple[str, ...]) -> None:
        wanted = {
            "goog:chromeOptions": {"args": arguments},
            "timeouts": {"implicit": 20_000},  # how long to wait for an element
        }
        session = _call("POST", f"{driver_url}/session", capabilities={"alwaysMatch": wanted})
        self._session = f"{driver_url}/session/{session['sessionId']}"
        self._first = _call("GET", f"{self._session}/window")

    def tab(self) -> "Tab":
        """Open another tab."""
        _call("POST", f"{self._session}/window", handle=self._first)
        opened = _call("POST", f"{self._session}/window/new", type="tab")
        return Tab(self._session, opened["handle"])

    def quit(self) -> None:
        """End the browser."""
        _call("DELETE", self._session)


class Tab:
    """One tab: what a user does and sees in it."""

    def __init__(self, session: str, handle: str) -> None:
        self._session = session
        self._handle = handle

    def open(self, url: str) -> None:
        """Go to a page and wait until it is loaded."""
        self._post("url", url=url)

    def reload(self) -> None:
        """Load the page again, and wait until it is loaded."""
        self._post("refresh")

    def back(self) -> None:
        """Go back to the last page, and wait until it is loaded."""
        self._post("back")

    def close(self) -> None:
        """Close the tab, if it is still open."""
        if self._handle in _call("GET", f"{self._session}/window/handles"):
            self._to("DELETE", "window")

    def find(self, selector: str) -> str:
        """Wait for an element to be there."""
        return str(self._post("element", using="css selector", value=selector)[ELEMENT])

    def click(self, selector: str, *, then: str) -> None:
        """Click on an element, and wait for `then`, an element of the next page only."""
        self._post(f"element/{self.find(selector)}/click")
        self.find(then)

    def type(self, selector: str, text: str) -> None:
        """Type into a field."""
        self._post(f"element/{self.find(selector)}/value", text=text)

    def text(self) -> str:
        """Return the text of the page."""
        return str(self._to("GET", f"element/{self.find('body')}/text"))

    def url(self) -> str:
        """Return the URL in the address bar."""
        return str(self._to("GET", "url"))

    def run(self, script: str) -> Any:
        """Run a script in the page, and return what it returns."""
        return self._post("execute/sync", script=script, args=[])

    def look(self, *, width: int, height: int, scheme: str) -> None:
        """Use a screen of this size, with a ``light`` or ``dark`` desktop."""
        size: dict[str, object] = {
            "width": width,
            "height": height,
            "deviceScaleFactor": 1,
            "mobile": False,
        }
        self._tell("Emulation.setDeviceMetricsOverride", size)
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self._tell("Emulation.setEmulatedMedia", {"features": features})

    def picture(self) -> bytes:
        """Return a screenshot of the page as PNG."""
        # A loaded page may not be painted yet: the screenshot would show the last page.
        self._post("execute/async", script=_WHEN_PAINTED, args=[])
        return base64.b64decode(self._to("GET", "screenshot"))

    def _tell(self, command: str, parameters: dict[str, object]) -> None:
        self._post("goog/cdp/execute", cmd=command, params=parameters)

    def _post(self, command: str, **parameters: object) -> Any:
        return self._to("POST", command, **parameters)

    def _to(self, method: str, command: str, **parameters: object) -> Any:
        _call("POST", f"{self._session}/window", handle=self._handle)
        return _call(method, f"{self._session}/{command}", **parameters)


@contextmanager
def chromium(*more: str) -> Iterator[Chromium]:
    """Start Chromium with an empty profile and `more` arguments; end it and its driver afterwards."""
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder, _driver(folder) as driver_url:
        browser = Chromium(driver_url, (*ARGUMENTS, f"--user-data-dir={folder}/profile", *more))
        try:
            yield browser
        finally:
            browser.quit()


@contextmanager
def _driver(folder: str) -> Iterator[str]:
    # The folder is removed with everything that a browser writes beside its profile.
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


def sign_in(tab: Tab) -> None:
    """Fill in the sandbox's sign-in page, and wait for the next one."""
    tab.type("input[name=username]", "ada")
    tab.type("input[name=password]", "lovelace")
    tab.click("form button[type=submit]", then=ALLOW)


def main() -> None:
    """Act as `$BROWSER`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    arguments = parser.parse_args()
    with chromium() as browser:
        tab = browser.tab()
        tab.open(arguments.url)
        sign_in(tab)
        tab.click(ALLOW, then=LAST)


if __name__ == "__main__":
    main()
