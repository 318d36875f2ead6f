"""A user at a browser, as a program for `$BROWSER`: opens the page, signs in, and consents.

Standard library only, and little of it: most tests of a sign-in start this program, and importing `urllib.request`
takes longer than all that it does. It prints nothing: what it did is in the record.
"""

import argparse
import socket
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlencode, urljoin, urlsplit

PAGES_AT_MOST = 10
TIMEOUT_SECONDS = 60
Attributes = dict[str, str]


class Form:
    """One form of a page: its target, its fields, its buttons."""

    def __init__(self, action: str, method: str) -> None:
        self.action = action
        self.method = method
        self.fields: Attributes = {}
        self.buttons: list[Attributes] = []


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


class Rejected(Exception):
    """A page has an HTTP status of an error."""


def shown(html: str) -> str:
    """Return the commands and sentences of a page as users see them, whose words may be elements of their own."""
    return html.replace("<span>", "").replace("</span>", "")


class Browser:
    """A browser without a screen: cookies, redirects and forms, over plain http and never through a proxy."""

    def __init__(self) -> None:
        self.url = ""
        self.html = ""
        self._cookies: dict[str, str] = {}  # a browser sends those of a host to all its ports

    def open(self, url: str, body: bytes | None = None) -> None:
        """Load a page, and follow its redirects; raises `OSError` without an answer, and `Rejected`."""
        for _ in range(PAGES_AT_MOST):
            self.url = url
            status, headers, self.html = self._load(url, body)
            self._remember(headers)
            places = [value for name, value in headers if name == "location"]
            if status >= 400:
                raise Rejected(f"{status} from {url}")
            if not places:
                return
            url, body = urljoin(url, places[0]), None
        raise Rejected(f"too many redirects to {url}")

    def submit(self, form: Form, button: Attributes) -> None:
        """Press a button of a form."""
        fields = dict(form.fields)
        if button.get("name"):
            fields[button["name"]] = button.get("value", "")
        target = urljoin(self.url, form.action)
        query = urlencode(fields)
        if form.method == "post":
            self.open(target, query.encode())
        else:
            self.open(f"{target}?{query}")

    def _load(self, url: str, body: bytes | None) -> tuple[int, list[tuple[str, str]], str]:
        """Return the status, the headers with names in small letters, and the text of an answer."""
        place = urlsplit(url)
        path = place._replace(scheme="", netloc="", fragment="").geturl() or "/"
        lines = [f"{'GET' if body is None else 'POST'} {path} HTTP/1.0", f"Host: {place.netloc}"]
        if self._cookies:
            pairs = (f"{name}={value}" for name, value in self._cookies.items())
            lines.append(f"Cookie: {'; '.join(pairs)}")
        if body is not None:
            lines.append("Content-Type: application/x-www-form-urlencoded")
            lines.append(f"Content-Length: {len(body)}")
        request = "\r\n".join([*lines, "", ""]).encode() + (body or b"")
        address = (place.hostname, place.port or 80)
        with socket.create_connection(address, TIMEOUT_SECONDS) as connection:
            connection.sendall(request)
            with connection.makefile("rb") as stream:
                return _parsed(stream.read())

    def _remember(self, headers: list[tuple[str, str]]) -> None:
        for name, value in headers:
            if name == "set-cookie":
                key, _, content = value.partition(";")[0].partition("=")
                self._cookies[key] = content


def _parsed(answer: bytes) -> tuple[int, list[tuple[str, str]], str]:
    head, found, content = answer.partition(b"\r\n\r\n")
    status, *lines = head.decode("latin-1").split("\r\n")
    headers = [
        (name.lower(), value.strip()) for name, _, value in (x.partition(":") for x in lines)
    ]
    length = int(dict(headers).get("content-length", len(content)))
    if not found or len(content) < length:
        raise ConnectionError("the answer ends before its end")
    return int(status.split()[1]), headers, content.decode()


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


def parse(words: list[str] | None = None) -> argparse.Namespace:
    """Return the options and the address, of this program or of other words."""
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
    return parser.parse_args(words)


def visit(arguments: argparse.Namespace) -> None:
    """Open a page, and answer as the options say."""
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
    visit(parse())
