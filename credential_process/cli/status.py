"""`status`: show the status of sessions, as text or as JSON."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import click

from credential_process.cli import printing
from credential_process.cli.durations import spoken
from credential_process.cli.given_options import given
from credential_process.cli.options import option
from credential_process.cli.role_lines import role_lines
from credential_process.cli.session_options import many_sessions_options
from credential_process.cli.state_json import to_json
from credential_process.client import arguments
from credential_process.errors import SignInNeeded, UsageError, printable
from credential_process.session import state as session_state
from credential_process.session.context import SessionContext
from credential_process.short_status import main as short_status
from credential_process.short_status import template

if TYPE_CHECKING:
    from credential_process.session.state import SessionState
    from credential_process.session_reference import SessionReference


@click.command()
@many_sessions_options("All sessions, which is the default.", used=True, all_by_default=True)
@option("--json", "as_json")
@option("--short")
@option(
    "--format",
    "form",
    metavar="TEMPLATE",
    help="With --short: what to print, with fields in braces.",
)
def status(
    sessions: list[SessionReference], *, as_json: bool, short: bool, form: str | None
) -> int:
    """Show the status of sessions: signed in or not, until when, open sign-ins, cached roles.

    NAME is that of a session, or of a profile that signs in to it.

    Reads files on this computer only: it does not contact AWS, and starts nothing. Shows all sessions in
    ~/.aws/config and in the config file of the machine, and the start URLs that were used without one, as long as
    they have files.

    Exits 0 if every session is signed in, or renews automatically at its next use; 3 if one needs a sign-in; 2 if
    the configuration of one is wrong.

    \b
    --short prints one line for prompts and status bars, and exits 0. Nothing is
    printed if AWS_PROFILE names a profile that does not use Identity Center.
    --format has text with these fields; the default is {session} {signed_in}
      {session}      its name, or the start URL
      {signed_in}    a tick, or a cross if a sign-in is needed
      {state}        the same in words: signed_in | renewable | sign_in_needed
                     | misconfigured
      {since}        how long ago you signed in, such as 3h 12m
      {left}         the time until you have to sign in, if it is known: the
                     token cannot be renewed
      {profile}, {account}, {role}, {region}   with a profile: its own

    \b
    --json prints {"sessions": […]} with, for each of them:
      session, start_url, region   session is null for a start URL
      state          signed_in | renewable | sign_in_needed | misconfigured
      config_file    the file with its section, or null
      forbidden      keys that only the machine's config file sets to never
      problem        what is wrong in the config, or null
      token          expires_at, renewable; or null
      signed_in_since  the date of the sign-in; null if signed out, or if
                     another program did it
      sign_in        flow, who_asks, url, user_code, ends_at, host; null if
                     none is open. host is set, and url null, if its page is
                     open on another host
      last_failure   message, at, next_allowed_at; null after a success
      roles          account_id, role_name, expires_at of cached credentials
      broker         pid, version; null if none is running
    Dates look like 2026-01-31T08:00:00Z. The object contains no secrets.
    """  # noqa: D301  click reads the character, not its name
    now = time.time()
    if short:
        _show_shortly(sessions, form, now, as_json=as_json)
        return 0
    if form is not None:
        raise UsageError("--format is for --short", hint="add --short")
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


def _show_shortly(
    sessions: list[SessionReference], form: str | None, now: float, *, as_json: bool
) -> None:
    """Print one line for options that the fast path has left to this command: they have an error, or are unusual."""
    if as_json:
        raise UsageError("--json and --short are given", hint="give one of them")
    options = given() | ({} if form is None else {"--format": form})
    template.require_valid(options.get("--format", template.DEFAULT))
    arguments.state_root()  # raises why there is none
    if options.keys() & {"name", "--sso-session"}:
        SessionContext.here(sessions[0])  # raises why it is none
    line = short_status.text(options, now, is_checked=True)
    click.echo(line, nl=bool(line))


def _show(states: list[tuple[SessionReference, SessionState]]) -> None:
    lines = printing.lines()
    for session, state in states:
        where = state.session
        heading = [(printable(session.label), "bold")]
        if where is not None:
            place = f"{where.service_url}, {where.region}" if session.name else where.region
            heading.append((f"  {place}", "dim"))
        lines.print(*heading)
        rows = _rows(state)
        indent = max(len(label) for label, _, _ in rows) + 4
        for label, text, style in rows:
            head = f"  {label}"
            for line in printing.wrapped(text, lines.width, indent):
                lines.print((head.ljust(indent), ""), (line, style))
                head = ""


def _rows(state: SessionState) -> list[tuple[str, str, str]]:
    """Return the status of a session in rows of label, text and style."""
    if state.problem:
        return [("config", state.problem, "red")]
    rows = [*_source(state), ("token", *_token(state))]
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
                    f"automatic sign-ins resume in {pause}; login works at once",
                    "",
                )
            )
    lines = role_lines(state.roles, lambda expires_at: spoken(expires_at - state.now))
    rows += [("" if number else "roles", line, "") for number, line in enumerate(lines)]
    if state.broker is not None:
        rows.append(("broker", f"running, process {state.broker.process_id or 'unknown'}", "dim"))
    return rows


def _source(state: SessionState) -> list[tuple[str, str, str]]:
    """Return where the settings come from, if not from the user's config file alone."""
    source = state.source
    if source is None:
        return []
    rows = [("config", source.file, "")] if source.machine else []
    return rows + [
        ("" if rows or number else "config", f"{key} = never, for all users of this machine", "")
        for number, key in enumerate(source.forbidden)
    ]


def _token(state: SessionState) -> tuple[str, str]:
    assert state.session is not None
    login = f"sign in with: sso-credential-process login {state.session.options}"
    if state.token is None:
        return f"none; {login}", "red"
    left = state.token.expires_at - state.now
    since = f"; signed in {spoken(state.now - state.since)} ago" if state.since else ""
    if state.is_signed_in:
        then = "renews automatically" if state.can_be_refreshed else "cannot be renewed"
        return f"valid for {spoken(left)}, {then}{since}", "green"
    over = f"expired {spoken(-left)} ago"
    if state.is_good:
        return f"{over}; renews at its next use, as long as the session lasts{since}", "yellow"
    return f"{over}; {login}", "red"
