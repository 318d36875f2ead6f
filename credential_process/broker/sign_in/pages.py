"""The pages that the listener serves: plain, self-contained, light and dark."""

from __future__ import annotations

import base64
import hashlib
from html import escape

_STYLE = """
:root { color-scheme: light dark; --ground: #f3f5f8; --card: #fff; --ink: #1b2028; --soft: #5a6371;
  --line: #d8dde4; --open: #1858c9; --good: #14734a; --bad: #b3261e; --on: #fff; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #12151a; --card: #1b2027; --ink: #e7eaee; --soft: #a2abb8; --line: #343b46;
    --open: #7fb0ff; --good: #5fcf9a; --bad: #ff8f86; --on: #12151a; } }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--ground);
  color: var(--ink); font: 17px/1.55 system-ui, sans-serif; }
main { box-sizing: border-box; width: min(35rem, 100vw - 2rem); margin: 1rem;
  padding: 2rem clamp(1.2rem, 6vw, 2.4rem); background: var(--card); border: 1px solid var(--line);
  border-radius: 14px; box-shadow: 0 1px 2px #0001, 0 12px 36px #0000000f; }
.open { --mark: var(--open); } .good { --mark: var(--good); } .bad { --mark: var(--bad); }
i { display: grid; place-items: center; width: 2.9rem; height: 2.9rem; margin-bottom: 1.1rem;
  border-radius: 50%; color: var(--mark); font: 700 1.35rem/1 system-ui, sans-serif;
  background: color-mix(in srgb, var(--mark) 14%, var(--card)); }
h1 { margin: 0 0 .5rem; font-size: 1.5rem; line-height: 1.25; text-wrap: balance; }
p { margin: .6rem 0; overflow-wrap: anywhere; }
dl { margin: 1.3rem 0; padding: .9rem 0; display: grid; grid-template-columns: max-content 1fr;
  gap: .3rem 1.4rem; border: solid var(--line); border-width: 1px 0; }
dt { color: var(--soft); } dd { margin: 0; font-weight: 600; overflow-wrap: anywhere; }
.button { display: inline-block; margin-bottom: .6rem; padding: .6rem 1.2rem; border-radius: 9px;
  background: var(--mark); color: var(--on); text-decoration: none; font-weight: 600; }
.button:focus-visible { outline: 3px solid var(--ink); outline-offset: 2px; }
code { display: block; margin-top: .5rem; padding: .65rem .85rem; border-radius: 9px;
  font: .86em/1.5 ui-monospace, monospace; background: var(--ground); overflow-wrap: anywhere; user-select: all; }
code span { display: inline-block; max-width: 100%; }
small { display: block; margin-top: 1.5rem; color: var(--soft); }
"""
_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} · sso-credential-process</title>
<style>{style}</style>
<main class="{kind}">
<i aria-hidden="true">{sign}</i>
<h1>{title}</h1>
{body}
<small>sso-credential-process, on this computer</small>
</main>
"""
_SIGNS = {"open": "→", "good": "✓", "bad": "!"}
_DIGEST = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()

# Nothing may be loaded, run, sent or framed, but for the style above, by its hash (CSP 3 §2.3.1).
CONTENT_SECURITY_POLICY = (
    f"default-src 'none'; style-src 'sha256-{_DIGEST}'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)


class SignInPages:
    """The pages of one sign-in: `rows` show who asks for what, and the command `login` begins another sign-in."""

    def __init__(self, rows: dict[str, str], login: str) -> None:
        self._rows = "".join(
            f"<dt>{escape(name)}<dd>{escape(value)}" for name, value in rows.items() if value
        )
        self._login = login

    def open_elsewhere(self) -> str:
        """Return the page for a browser that was not the first: what the sign-in is for, and how to sign in here."""
        return _page(
            "open",
            "A sign-in is open in another browser",
            f"<p>Another browser opened it first. Finish it there.</p>{self._list()}"
            "<p>To sign in with this browser instead, run this in a terminal and open the address that it prints: "
            f"{self._command('--no-browser')}</p>"
            "<p>If you have not opened it anywhere else, add --force, which ends it and begins another. "
            "If you opened it here, allow cookies for 127.0.0.1 in this browser.</p>",
        )

    def already_open(self, url: str) -> str:
        """Return the page for the first browser when it comes again: what the sign-in is for, and how to continue."""
        # The service may have forgotten the client registration, which it shows only to the user.
        return _page(
            "open",
            "A sign-in is already open",
            "<p>It is open in another tab or window. Finish it there, or continue here.</p>"
            f'{self._list()}<p><a class="button" href="{escape(url)}">Continue to sign-in</a></p>'
            f"<p>If that page shows an error, run this in a terminal: {self._command('--force')}</p>",
        )

    def signed_in(self) -> str:
        """Return the page for a sign-in that has worked."""
        return _page(
            "good",
            "You are signed in",
            "<p>Programs that were waiting now get their credentials. You can close this tab.</p>"
            f"{self._list()}",
        )

    def failed(self, what: str) -> str:
        """Return the page for a sign-in that has failed: what happened, and the command that tries again."""
        return _page(
            "bad",
            "Sign-in failed",
            f"<p>{escape(what)}</p>{self._list()}<p>To try again, run this in a terminal: {self._command()}</p>",
        )

    def over(self) -> str:
        """Return the page for a browser that comes after the end."""
        return _page(
            "open",
            "This sign-in is over",
            "<p>It was completed elsewhere, or it timed out. You can close this tab.</p>"
            f"{self._list()}<p>If a program is still waiting, run this in a terminal: {self._command()}</p>",
        )

    def _list(self) -> str:
        return f"<dl>{self._rows}</dl>" if self._rows else ""

    def _command(self, option: str = "") -> str:
        # Browsers break lines after hyphens: each word is kept together, if it fits.
        words = f"{self._login} {option}".strip().split(" ")
        return f"<code>{' '.join(f'<span>{escape(word)}</span>' for word in words)}</code>"


def _page(kind: str, title: str, body: str) -> str:
    return _PAGE.format(style=_STYLE, kind=kind, sign=_SIGNS[kind], title=escape(title), body=body)
