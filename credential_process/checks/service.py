"""Check what only the service can answer: whether it can be reached, its time, and the roles assigned.

No check starts a sign-in: without a cached token, the roles are not checked.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from credential_process.checks import finding_kinds, sessions
from credential_process.checks.findings import Subject
from credential_process.errors import CredentialProcessError, Refused, Unauthorized

if TYPE_CHECKING:
    from collections.abc import Iterator

    from credential_process.checks.findings import Fact, Finding
    from credential_process.checks.wanted import Wanted
    from credential_process.identity_center import IdentityCenter
    from credential_process.session.context import SessionContext
    from credential_process.session.service_clients import ServiceClients

_AT_ONCE = 16


def check(
    services: ServiceClients, context: SessionContext, wanted: list[Wanted], *, has_tenant: bool
) -> Iterator[Finding | Fact]:
    """Get the time of the service and, if the user is signed in, the roles in these accounts.

    If none of them is the user's, look whether there is any account. With a tenant of account access manager there
    need not be one.
    """
    session, token = context.session, context.tokens.read()
    service = services.at(context)
    try:
        yield from sessions.clock(session, service.clock_ahead_seconds())
    except CredentialProcessError as error:
        yield _unreachable(context, error)
        return
    if token is None or not token.is_valid(time.time()):
        return
    assigned = _assigned(service, token.access_token, {each.account_id for each in wanted})
    replies = [*assigned.values()]
    if not has_tenant and not any(map(_is_of_use, replies)):
        accounts = _accounts(service, token.access_token)
        if accounts == [] or isinstance(accounts, Refused):
            yield sessions.no_accounts(session)
            return
        replies.append(accounts)
    yield from _failures(context, replies)
    yield from _roles(wanted, assigned)


def _failures(
    context: SessionContext, replies: list[list[str] | CredentialProcessError]
) -> Iterator[Finding]:
    """Report each kind of failure once."""
    session = context.session
    failures = {type(reply): reply for reply in replies if isinstance(reply, Exception)}
    for failure in failures.values():
        if isinstance(failure, Unauthorized):
            yield finding_kinds.TOKEN_REFUSED.found(
                Subject("session", session.label),
                "the service no longer accepts the cached token, though it has not expired",
                fix=f"sso-credential-process login {session.options}",
            )
        elif not isinstance(failure, Refused):
            yield _unreachable(context, failure)


def _roles(
    wanted: list[Wanted], assigned: dict[str, list[str] | CredentialProcessError]
) -> Iterator[Finding | Fact]:
    for each in wanted:
        reply = assigned[each.account_id]
        if isinstance(reply, Refused):
            reply = []
        if not isinstance(reply, Exception):
            yield from sessions.roles(each.profile, each.account_id, each.role_name, reply)


def _is_of_use(reply: list[str] | CredentialProcessError) -> bool:
    """Return whether a reply about the roles in an account has some, or shows that another would fail too."""
    return not isinstance(reply, Refused) if isinstance(reply, Exception) else bool(reply)


def _accounts(service: IdentityCenter, access_token: str) -> list[str] | CredentialProcessError:
    """Return the ids of the user's accounts, of the first page only."""
    try:
        return [account.account_id for account in service.accounts(access_token)[0]]
    except CredentialProcessError as error:
        return error


def _assigned(
    service: IdentityCenter, access_token: str, accounts: set[str]
) -> dict[str, list[str] | CredentialProcessError]:
    def ask(account_id: str) -> list[str] | CredentialProcessError:
        try:
            return service.account_roles(access_token, account_id)[0]
        except CredentialProcessError as error:
            return error

    with ThreadPoolExecutor(_AT_ONCE) as threads:
        asked = sorted(accounts)
        return dict(zip(asked, threads.map(ask, asked), strict=True))


def _unreachable(context: SessionContext, error: CredentialProcessError) -> Finding:
    return finding_kinds.UNREACHABLE.found(
        Subject("session", context.session.label),
        error.message,
        fix=error.hint or "check the network, and run it again",
    )
