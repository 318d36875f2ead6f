"""A person at a browser without JavaScript: opens a URL, signs in, and allows or denies.

As a program it can stand in for the browser of any tool:

    BROWSER="python3 -m credential_process.sandbox.person %s"
"""

from __future__ import annotations

import sys
import urllib.request
from dataclasses import dataclass
from html.parser import HTMLParser
from http.cookiejar import CookieJar
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urljoin

if TYPE_CHECKING:
    from http.client import HTTPResponse

_MOST_PAGES = 10


class Person:
    """Fill the sandbox's forms in; the cookies stay, so a second visit needs no sign-in."""

    def __init__(self, user_name: str = "alice", *, allows: bool = True) -> None:
        self.user_name = user_name
        self.allows = allows
        # No proxy: everything is on this machine.
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(CookieJar())
        )

    def visit(self, url: str) -> str:
        """Open a URL, answer every form, and return the page that has none.

        Raises urllib.error.URLError for an error page, or when nobody listens.
        """
        page_url, page = self._open(url)
        for _ in range(_MOST_PAGES):
            form = Form.find_in(page)
            if form is None:
                return page
            answers = urlencode(form.filled_in(user_name=self.user_name, allows=self.allows))
            page_url, page = self._open(urljoin(page_url, form.action), answers.encode())
        raise RuntimeError(f"{url} asks without end")

    def _open(self, url: str, answers: bytes | None = None) -> tuple[str, str]:
        response: HTTPResponse
        with self._opener.open(url, answers, timeout=60) as response:
            return response.url, response.read().decode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class Form:
    """The form of a page: where it goes, its fields, and what its buttons say by name."""

    action: str
    fields: dict[str, str]
    buttons: frozenset[tuple[str, str]]

    @classmethod
    def find_in(cls, page: str) -> Form | None:
        """Return the form of a page, or None."""
        reader = _FormReader()
        reader.feed(page)
        if reader.action is None:
            return None
        return cls(reader.action, reader.fields, frozenset(reader.buttons))

    def filled_in(self, *, user_name: str, allows: bool) -> dict[str, str]:
        """Return the fields as a person sends them."""
        answers = dict(self.fields)
        if "username" in answers:
            answers.update(username=user_name, password="any will do")  # noqa: S106 - it says so
        pressed = ("decision", "allow" if allows else "deny")
        return answers | dict([pressed] if pressed in self.buttons else [])


class _FormReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.action: str | None = None
        self.fields: dict[str, str] = {}
        self.buttons: set[tuple[str, str]] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        name = attributes.get("name")
        if tag == "form":
            self.action = attributes.get("action", "")
        elif tag == "input" and name:
            self.fields[name] = attributes.get("value", "")
        elif tag == "button" and name:
            self.buttons.add((name, attributes.get("value", "")))


if __name__ == "__main__":
    Person().visit(sys.argv[1])
