"""`status`: how the sessions stand, for people and for scripts."""

from __future__ import annotations

import json
import time
from textwrap import wrap
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.text import Text

from credential_process.cli.durations import spoken
from credential_process.cli.options import option
from credential_process.cli.role_lines import role_lines
from credential_process.cli.session_options import many_sessions_options
from credential_process.cli.state_json import to_json
from credential_process.errors import SignInNeeded, UsageError, printable
from credential_process.session import state as session_state

if TYPE_CHECKING:
    from credential_process.session.state import SessionState
    from credential_process.session_reference import SessionReference

_UNWRAPPED = 1000  # columns, where nobody looks at them: lines that `grep` can find things in


@click.command()
@many_sessions_options("All sessions: the default here.", used=True, all_by_default=True)
@option("--json", "as_json")
def status(sessions: list[SessionReference], *, as_json: bool) -> int:
    """Say how sessions stand: signed in or not, until when, and what is going on.

    Looks at files on this computer only: it asks nothing of IAM Identity Center, and starts nothing. All
    sessions of ~/.aws/config are shown, and start URLs that were used without one for as long as anything
    of them is left.

    Exits 0 where every session is good (signed in, or renewed by itself when it is next needed), 3 where one
    needs a sign-in, and 2 where one cannot be read from the config.

    \b
    --json prints {"sessions": […]} with, for each of them:
      session, start_url, region   the session is null for a start URL
      state          signed_in | renewable | sign_in_needed | misconfigured
      problem        what is wrong with the config, or null
      token          expires_at, renewable; or null
      sign_in        flow, who_asks, url, user_code, ends_at, host (another one that its page is on, without
                     url); null if none is open
      last_failure   message, at, next_allowed_at; null after a success
      roles          account_id, role_name, expires_at of what is cached
      broker         pid, version; null if none is running
    Dates are like 2026-01-31T08:00:00Z. There are no secrets in it.
    """  # noqa: D301  click reads the character, not its name
    now = time.time()
    states = [(session, session_state.read(session, now)) for session in sessions]
    shown = [(session, state) for session, state in states if session.name or state.lives]
    if as_json:
        document = {"sessions": [to_json(session, state) for session, state in shown]}
        click.echo(json.dumps(document, indent=2))
    else:
        _show(shown)
    if any(state.problem for _, state in shown):
        return UsageError.exit_code
    return 0 if all(state.is_good for _, state in shown) else SignInNeeded.exit_code


def _show(states: list[tuple[SessionReference, SessionState]]) -> None:
    console = Console(highlight=False)
    for session, state in states:
        where = state.session
        heading = Text(printable(session.label), style="bold")
        if where is not None:
            place = f"{where.service_url}, {where.region}" if session.name else where.region
            heading.append(f"  {place}", style="not bold dim")
        console.print(heading, soft_wrap=True)
        rows = _rows(state)
        indent = max(len(label) for label, _, _ in rows) + 4
        width = console.width - indent if console.is_terminal else _UNWRAPPED
        for label, text, style in rows:
            head = f"  {label}"
            # An address that is too long goes beyond the edge: the terminal wraps it, and it can be copied whole.
            for line in wrap(text, width, break_long_words=False, break_on_hyphens=False):
                console.print(Text(head.ljust(indent)).append(line, style), soft_wrap=True)
                head = ""


def _rows(state: SessionState) -> list[tuple[str, str, str]]:
    """Say in rows of label, text and style how a session stands."""
    if state.problem:
        return [("config", state.problem, "red")]
    rows = [("token", *_token(state))]
    if (asking := state.asking) is not None:
        left = spoken(asking.ends_at - state.now)
        rows.append(("sign-in", f"open for {left}: {asking.who_asks}", "yellow"))
        rows.append(("", f"its page is open on {asking.host}" if asking.host else asking.url, ""))
        if asking.user_code:
            rows.append(("", f"with code {asking.user_code}", ""))
    if (failure := state.failure) is not None:
        ago = spoken(state.now - failure.at)
        rows.append(("failed", f"{ago} ago: {printable(failure.message)}", "red"))
        if state.next_allowed > state.now:
            pause = spoken(state.next_allowed - state.now)
            rows.append(
                (
                    "",
                    f"another may start by itself in {pause}, or by login now",
                    "",
                )
            )
    lines = role_lines(state.roles, lambda expires_at: spoken(expires_at - state.now))
    rows += [("" if number else "roles", line, "") for number, line in enumerate(lines)]
    if state.broker is not None:
        rows.append(("broker", f"running, process {state.broker.process_id or 'unknown'}", "dim"))
    return rows


def _token(state: SessionState) -> tuple[str, str]:
    assert state.session is not None
    login = f"sign in with: sso-credential-process login {state.session.options}"
    if state.token is None:
        return f"none; {login}", "red"
    left = state.token.expires_at - state.now
    if state.is_signed_in:
        then = "then renewed by itself" if state.can_be_refreshed else "and cannot be renewed"
        return f"good for {spoken(left)}, {then}", "green"
    over = f"expired {spoken(-left)} ago"
    if state.is_good:
        return f"{over}; renewed when it is next needed, while the session lasts", "yellow"
    return f"{over}; {login}", "red"
