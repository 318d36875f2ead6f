"""Show an open sign-in: its URL once, and on a terminal the time left."""

from __future__ import annotations

import os
import time
from functools import cached_property
from typing import TYPE_CHECKING

from credential_process.cli import printing
from credential_process.client import browser_command, interaction
from credential_process.errors import printable

if TYPE_CHECKING:
    from credential_process.stores.mailbox import OwnWant
    from credential_process.stores.sign_in_view import SignInView

_LONGEST = 2000  # a URL of AWS can be long, and must not be cut


class SignInDisplay:
    """Shows on stderr the sign-in that a command waits for; `look` is for `ask.ask`.

    `begun_by_this_command` is whether this command, whose want has the name `want`, started the open sign-in. A
    command with `cancels_own` cancels such a sign-in at Ctrl-C; any other sign-in outlives a command that is stopped.
    """

    def __init__(self, label: str, *, cancels_own: bool = False) -> None:
        self.want = ""
        self.begun_by_this_command = True
        self._label = label
        self._cancels_own = cancels_own
        self._shown = ""

    @cached_property
    def _lines(self) -> printing.Lines:
        # Only now: most commands find that no sign-in is needed, and need nothing that draws on a terminal.
        return printing.lines(err=True)

    def look(self, want: OwnWant, sign_in: SignInView | None) -> None:
        """Show the open sign-in, if there is one."""
        self.want = want.name
        if sign_in is None or not sign_in.url:
            return  # none, or one on another host, which is about to be replaced
        if sign_in.id != self._shown:
            self._shown = sign_in.id
            self.begun_by_this_command = sign_in.begun_by == want.name
            is_reached = want.as_read().interaction == "browser"
            self._show(sign_in, opens_page=is_reached and interaction.opens_page(sign_in.browser))
        self._count_down(sign_in.ends_at)

    def close(self) -> None:
        """Remove the time left; the URL stays."""
        if self._shown:
            self._lines.close()

    def _show(self, sign_in: SignInView, *, opens_page: bool) -> None:
        if not self.begun_by_this_command:
            self._print(sign_in.who_asks)
        label, url = self._label, sign_in.url
        if sign_in.flow == "device_code":
            self._print(f"Sign in to {label} in any browser, at")
            self._print(f"  {url}")
            self._print(f"with the code  {sign_in.user_code}", style="bold")
        else:
            for line in _about_page(label, sign_in.browser, opens_page=opens_page):
                self._print(line)
            self._print(f"  {url}")

    def _count_down(self, ends_at: int) -> None:
        left = max(0, ends_at - int(time.time()))
        minutes, seconds = divmod(left, 60)
        is_cancelled = self._cancels_own and self.begun_by_this_command
        effect = "cancel" if is_cancelled else "stop waiting"
        self._lines.keep_below(
            f"Waiting for you to sign in ({minutes}:{seconds:02} left). Ctrl-C to {effect}."
        )

    def _print(self, line: str, *, style: str = "") -> None:
        self._lines.print((printable(line, limit=_LONGEST), style))


def _about_page(label: str, browser: str, *, opens_page: bool) -> tuple[str, ...]:
    """Return the lines above the address of the page, which the command of the session, `browser`, opens if set."""
    to_visit = f"To sign in to {label}, visit:"
    if not opens_page:
        return (to_visit,)
    if problem := browser_command.problem(browser):
        return f"No browser is opened: {problem}.", to_visit
    if not browser and (unknown := browser_command.variable_problem(os.environ.get("BROWSER", ""))):
        return f"{unknown}.", f"If no other browser opens, sign in to {label} at:"
    return (f"Sign in to {label} in your browser. If it does not open, visit:",)
