"""A user at a browser, as a program for `$BROWSER`: opens the page, signs in, and consents.

Standard library only. It prints nothing: what it did is in the record.
"""

import argparse
import sys
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookiejar import CookieJar
from pathlib import Path

PAGES_AT_MOST = 10
Attributes = dict[str, str]


@dataclass
class Form:
    """One form of a page: its target, its fields, its buttons."""

    action: str
    method: str
    fields: Attributes = field(default_factory=dict)
    buttons: list[Attributes] = field(default_factory=list)


class Forms(HTMLParser):
    """Collects the forms of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Record a form, a field or a button."""
        attributes = {name: value or "" for name, value in attrs}
        if tag == "form":
            method = attributes.get("method", "get")
            self.forms.append(Form(attributes.get("action", ""), method.lower()))
        elif self.forms and (tag == "button" or attributes.get("type") == "submit"):
            self.forms[-1].buttons.append(attributes)
        elif self.forms and tag == "input" and "name" in attributes:
            self.forms[-1].fields[attributes["name"]] = attributes.get("value", "")


class Browser:
    """A browser without a screen: cookies, redirects and forms, never through a proxy."""

    def __init__(self) -> None:
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(CookieJar())
        )
        self.url = ""
        self.html = ""

    def open(self, url: str, body: bytes | None = None) -> None:
        """Load a page, and follow its redirects."""
        with self._opener.open(url, body, timeout=60) as response:
            self.url = response.url
            self.html = response.read().decode()

    def submit(self, form: Form, button: Attributes) -> None:
        """Press a button of a form."""
        fields = dict(form.fields)
        if button.get("name"):
            fields[button["name"]] = button.get("value", "")
        target = urllib.parse.urljoin(self.url, form.action)
        query = urllib.parse.urlencode(fields)
        if form.method == "post":
            self.open(target, query.encode())
        else:
            self.open(f"{target}?{query}")


def answer(browser: Browser, *, allow: bool, user_name: str = "ada") -> None:
    """Fill in page after page until one has no form."""
    for _ in range(PAGES_AT_MOST):
        forms = Forms(browser.html).forms
        if not forms:
            return
        for form in forms:
            if "password" in form.fields:
                form.fields.update(username=user_name, password="lovelace")
                browser.submit(form, form.buttons[0])
                break
            if button := _decision(form, allow=allow):
                browser.submit(form, button)
                break
        else:
            raise SystemExit(f"no way on from {browser.url}")


def _decision(form: Form, *, allow: bool) -> Attributes | None:
    wanted = "allow-access-button" if allow else "deny-access-button"
    return next((each for each in form.buttons if each.get("data-testid") == wanted), None)


def main() -> None:
    """Act as `$BROWSER`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--user", default="ada", help="user name to sign in with")
    parser.add_argument("--deny", action="store_true", help="sign in, and refuse")
    parser.add_argument("--leave", action="store_true", help="open the page, and go away")
    parser.add_argument("--absent", action="store_true", help="do not even open the page")
    parser.add_argument("--noisy", action="store_true", help="print on stdout and stderr")
    parser.add_argument("--wait-for", type=Path, help="FIFO to wait for before answering")
    parser.add_argument("--stay-for", type=Path, help="FIFO to wait for after answering")
    parser.add_argument("--record", type=Path, help="file that gets a line an arrival")
    parser.add_argument("url")
    arguments = parser.parse_args()

    if arguments.noisy:
        print("Opening in existing browser session.", flush=True)
        print("a warning of the browser", file=sys.stderr, flush=True)
    browser = Browser()
    if not arguments.absent:
        browser.open(arguments.url)
    if arguments.record:
        with arguments.record.open("a") as record:
            record.write(f"{arguments.url}\n")
    if arguments.absent or arguments.leave:
        return
    if arguments.wait_for:
        arguments.wait_for.read_bytes()
    answer(browser, allow=not arguments.deny, user_name=arguments.user)
    if arguments.stay_for:
        arguments.stay_for.read_bytes()


if __name__ == "__main__":
    main()
