"""Check a session: its token, its start URL, the clock, and the roles assigned in it."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from credential_process import files, identifiers
from credential_process.checks import finding_kinds
from credential_process.checks.findings import Fact, Finding, Subject
from credential_process.client import browser_command
from credential_process.errors import printable
from credential_process.session import corrections
from credential_process.session import no_accounts as nothing_assigned
from credential_process.stores import cooldown, mailbox
from credential_process.system import advice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from credential_process.checks.wanted import Wanted
    from credential_process.config.sso_session import SsoSession
    from credential_process.session.context import SessionContext
    from credential_process.stores.token_cache import Token

_LARGEST_SKEW_SECONDS = 60


@dataclass(frozen=True, slots=True)
class SignIn:
    """The token of a session as it was at `now`; `written` are the start URL and region in its file.

    `is_open` is whether a sign-in is open, and `has_failed` whether the last one has failed: a token that can be
    refreshed is not enough then, since that was not possible.
    """

    session: SsoSession
    now: float
    token: Token | None = None
    written: tuple[str, str] | None = None
    is_open: bool = False
    has_failed: bool = False

    @classmethod
    def of(cls, context: SessionContext, folder: str) -> SignIn:
        """Read the token cache, and the sign-in from the `folder` of the session."""
        text = files.read(context.tokens.file) or ""
        try:
            content = json.loads(text)
            written = str(content["startUrl"]), str(content["region"])
        except (ValueError, LookupError, TypeError, RecursionError):
            written = None
        now = time.time()
        is_open = mailbox.open_sign_in(folder, now) is not None
        has_failed = cooldown.read(folder) is not None
        return cls(context.session, now, context.tokens.read(), written, is_open, has_failed)

    @property
    def renews(self) -> bool:
        """Whether the token is renewed at its next use, as far as is known."""
        can_be_refreshed = self.token is not None and self.token.can_be_refreshed(self.now)
        return can_be_refreshed and not self.is_open and not self.has_failed

    @property
    def subject(self) -> Subject:
        """The subject of its findings."""
        return Subject("session", self.session.label)


def check(context: SessionContext, folder: str) -> Iterator[Finding | Fact]:
    """Run all checks of a session, whose state is in `folder`, that need no request."""
    yield from sign_in(SignIn.of(context, folder))
    yield from start_url(context.session)
    yield from browser(context.session)


def sign_in(state: SignIn) -> Iterator[Finding | Fact]:
    """Report until when the user is signed in, and whether the token refreshes then."""
    session, token = state.session, state.token
    login = f"sso-credential-process login {session.options}"
    if token is not None and token.is_valid(state.now):
        renewal = (
            "renews automatically" if token.can_be_refreshed(state.now) else "cannot be renewed"
        )
        until = time.strftime("%H:%M", time.localtime(token.expires_at))
        yield Fact(state.subject, f"signed in until {until}; then the token {renewal}")
    elif state.renews:
        yield Fact(state.subject, "the token has expired; it renews at its next use")
    elif state.written is not None and _is_elsewhere(session, state.written):
        start_url, region = state.written
        yield finding_kinds.TOKEN_ELSEWHERE.found(
            state.subject,
            f"the cached token is for {start_url} in {region}, but the session is for {session.service_url} "
            f"in {session.region}",
            fix=f"correct the region or the start URL of the session, or run {login}",
        )
    elif state.is_open:
        yield finding_kinds.SIGN_IN_NEEDED.found(
            state.subject,
            f"you are not signed in to {session.label}; a sign-in is open",
            fix=f"finish it; to see its page, run: sso-credential-process status {session.options}",
        )
    else:
        yield finding_kinds.SIGN_IN_NEEDED.found(
            state.subject, f"you are not signed in to {session.label}", fix=login
        )


def used_by(message: str, wanted: list[Wanted]) -> str:
    """Return a message about a session with the profiles that use it, where they are known."""
    names = ", ".join(sorted({each.profile.name for each in wanted}))
    return f"{message}; used by the profile {printable(names, limit=100)}" if names else message


def browser(session: SsoSession) -> Iterator[Finding]:
    """Find a browser of the session's own that does not exist here."""
    problem = browser_command.problem(session.browser_command)
    if problem:
        yield finding_kinds.SESSION_BROWSER.found(
            Subject("session", session.label),
            f"{problem}: no page is opened for a sign-in",
            fix="correct credential_process_browser, or write the full path of the program",
        )


def _is_elsewhere(session: SsoSession, written: tuple[str, str]) -> bool:
    start_url, region = written
    return (identifiers.clean_start_url(start_url), region) != (session.service_url, session.region)


def start_url(session: SsoSession) -> Iterator[Finding]:
    """Find a region that differs from that of the start URL, and note the effects of a start URL without a session."""
    subject = Subject("session", session.label)
    region = corrections.find(session).region
    if region:
        yield finding_kinds.START_URL_REGION.found(
            subject,
            f"the start URL is in {region}, but the region of the session is {session.region}",
            fix=corrections.hint(session),
        )
    if not session.name:
        yield finding_kinds.START_URL_TOKEN.found(
            subject,
            "SDKs never renew the token of a start URL: in profiles with sso_start_url it ends after an hour; "
            "sso-credential-process renews it",
            fix="write an [sso-session] section, and use its name",
        )


def clock(session: SsoSession, ahead_seconds: float) -> Iterator[Finding | Fact]:
    """Compare the clock of this computer with that of the service."""
    subject = Subject("session", session.label)
    if abs(ahead_seconds) <= _LARGEST_SKEW_SECONDS:
        yield Fact(subject, "the service answers, and the clocks agree")
        return
    way = "ahead of" if ahead_seconds > 0 else "behind"
    yield finding_kinds.CLOCK.found(
        subject,
        f"the clock is {abs(ahead_seconds):.0f} s {way} that of AWS, which rejects signatures made with it",
        fix=f"set the clock: {advice.set_clock()}",
    )


def no_accounts(session: SsoSession) -> Finding:
    """Return what is wrong where the user has no accounts."""
    return finding_kinds.NO_ACCOUNTS.found(
        Subject("session", session.label), nothing_assigned.SENTENCE, fix=nothing_assigned.HINT
    )


def roles(
    subject: Subject, account_id: str, role_name: str, assigned: list[str]
) -> Iterator[Finding | Fact]:
    """Look for a role among those that the service lists for an account."""
    if role_name in assigned:
        yield Fact(subject, f"{role_name} in {account_id} is assigned to you")
        return
    alike = identifiers.closest(role_name, assigned)
    ask = "ask your administrator for this one"
    have = ", ".join(sorted(assigned)) or "none"
    yield finding_kinds.NO_ACCESS.found(
        subject,
        f"{role_name} in {account_id} is not assigned to you; in that account you have {have}",
        fix=f"write {alike} in the line, or {ask}" if alike else f"use another role, or {ask}",
    )
