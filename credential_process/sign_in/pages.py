"""The pages a person sees at our listener: plain, self-contained, in light and dark."""

from __future__ import annotations

from html import escape

_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; --ground: #f4f5f7; --card: #fff; --ink: #1d2129; --soft: #5c6470;
  --line: #d9dde3; --mark: {mark}; }}
@media (prefers-color-scheme: dark) {{
  :root {{ --ground: #14171c; --card: #1d2129; --ink: #e8eaed; --soft: #a0a8b4; --line: #343a45; --mark: {dark}; }} }}
body {{ margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--ground);
  color: var(--ink); font: 17px/1.55 system-ui, sans-serif; }}
main {{ box-sizing: border-box; width: min(34rem, 92vw); padding: 2.2rem 2.4rem; background: var(--card);
  border: 1px solid var(--line); border-top: 5px solid var(--mark); border-radius: 10px; }}
h1 {{ margin: 0 0 .7rem; font-size: 1.45rem; line-height: 1.3; }}
p {{ margin: .7rem 0; }}
dl {{ margin: 1.2rem 0; display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1.2rem; }}
dt {{ color: var(--soft); }} dd {{ margin: 0; font-weight: 600; overflow-wrap: anywhere; }}
a {{ color: var(--mark); }} .button {{ display: inline-block; padding: .55rem 1.1rem; border-radius: 7px;
  background: var(--mark); color: var(--card); text-decoration: none; font-weight: 600; }}
small {{ display: block; margin-top: 1.6rem; color: var(--soft); }}
code {{ display: block; margin-top: .4rem; padding: .6rem .8rem; border-radius: 7px; font-size: .9em;
  background: var(--ground); overflow-wrap: anywhere; }}
</style>
<main>
<h1>{title}</h1>
{body}
<small>sso-credential-process, on this computer</small>
</main>
"""
_BLUE, _GREEN, _RED = ("#1858c9", "#7fb0ff"), ("#17794a", "#63cf9a"), ("#b3261e", "#ff8f86")


def already_open(asks: dict[str, str], url: str) -> str:
    """Tell a second visitor what the sign-in is for, and let them go on here."""
    return _page(
        "A sign-in is already open",
        _BLUE,
        "<p>It is open in another tab or window. Finish it there, or go on here.</p>"
        f'{_list(asks)}<p><a class="button" href="{escape(url)}">Sign in here</a></p>',
    )


def signed_in(asks: dict[str, str]) -> str:
    """Say that it worked, and that everybody who waits is being served."""
    return _page(
        "You are signed in",
        _GREEN,
        f"<p>Every program that waited for this gets its credentials now. You can close this tab.</p>{_list(asks)}",
    )


def failed(asks: dict[str, str], what: str, remedy: str) -> str:
    """Say what went wrong, and what to do."""
    return _page(
        "The sign-in did not work", _RED, f"<p>{escape(what)}</p>{_list(asks)}{_remedy(remedy)}"
    )


def over() -> str:
    """Tell a visitor who is late."""
    return _page(
        "This sign-in is over",
        _BLUE,
        "<p>There is nothing left to do here. You can close this tab.</p>",
    )


def _remedy(command: str) -> str:
    return (
        f"<p>To try again, run this in a terminal: <code>{escape(command)}</code></p>"
        if command
        else ""
    )


def _list(asks: dict[str, str]) -> str:
    rows = "".join(
        f"<dt>{escape(name)}<dd>{escape(value)}" for name, value in asks.items() if value
    )
    return f"<dl>{rows}</dl>"


def _page(title: str, marks: tuple[str, str], body: str) -> str:
    return _PAGE.format(title=escape(title), mark=marks[0], dark=marks[1], body=body)
