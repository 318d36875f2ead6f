"""The state of a session, from files alone: no request is sent to the service or to a broker."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from credential_process.client import arguments
from credential_process.errors import UsageError, printable
from credential_process.session.context import SessionContext
from credential_process.stores import cooldown, document_store, field_files, mailbox

if TYPE_CHECKING:
    from credential_process.config.session_sources import SessionSource
    from credential_process.config.sso_session import SsoSession
    from credential_process.session_reference import SessionReference
    from credential_process.stores.cooldown import Outcome
    from credential_process.stores.sign_in_view import SignInView
    from credential_process.stores.token_cache import Token


class CachedRole(NamedTuple):
    """Cached credentials of a role that are still valid."""

    account_id: str
    role_name: str
    expires_at: int


class LivingBroker(NamedTuple):
    """A broker that holds its lock; `process_id` is from its file, or empty."""

    process_id: str
    version: str


class SessionState(NamedTuple):
    """The state of one session at `now`, in epoch seconds; with a `problem` in the config, nothing else is known.

    `source` is its section in a config file; None for a start URL. `since` is when the user signed in, 0 if that is not
    known.
    """

    now: float
    problem: str = ""
    session: SsoSession | None = None
    source: SessionSource | None = None
    token: Token | None = None
    since: int = 0
    asking: SignInView | None = None
    failure: Outcome | None = None
    roles: tuple[CachedRole, ...] = ()
    broker: LivingBroker | None = None

    @property
    def is_signed_in(self) -> bool:
        """Whether the access token is valid by its date."""
        return self.token is not None and self.token.is_valid(self.now)

    @property
    def can_be_refreshed(self) -> bool:
        """Whether the token can be refreshed, as far as the files show."""
        return self.token is not None and self.token.can_be_refreshed(self.now)

    @property
    def verdict(self) -> str:
        """One word for scripts: ``signed_in``, ``renewable``, ``sign_in_needed`` or ``misconfigured``."""
        if self.problem:
            return "misconfigured"
        if self.is_signed_in:
            return "signed_in"
        # A sign-in opens if a refresh has failed, or none was possible. One of another host is shown here once a call
        # here waits for it: until then, the next call here refreshes the token, which may be possible from here.
        is_needed = self.asking is not None or self.failure is not None
        return "renewable" if self.can_be_refreshed and not is_needed else "sign_in_needed"

    @property
    def is_good(self) -> bool:
        """Whether a caller gets credentials without a sign-in, as far as the files show."""
        return self.verdict in {"signed_in", "renewable"}

    @property
    def next_allowed(self) -> float:
        """When the next sign-in may start automatically; `now` if it may at once."""
        return cooldown.next_allowed(self.failure, self.now)

    @property
    def lives(self) -> bool:
        """Whether anything is cached or under way."""
        return bool(self.is_signed_in or self.can_be_refreshed or self.asking or self.roles)


def read(session: SessionReference, now: float) -> SessionState:
    """Look at a session, which the config need not have."""
    try:
        context = SessionContext.here(session)
    except UsageError as error:
        return SessionState(now, problem=str(error))
    return look(context, session.folder(arguments.state_root()), now)


def look(context: SessionContext, folder: str, now: float) -> SessionState:
    """Look at the files of a session in its `folder`."""
    signed_in = context.tokens.signed_in()
    return SessionState(
        now,
        session=context.session,
        source=context.source,
        token=signed_in.token if signed_in else None,
        since=signed_in.since if signed_in and signed_in.since <= now else 0,
        asking=mailbox.open_sign_in(folder, now),
        failure=cooldown.read(folder),
        roles=tuple(_cached_roles(context, folder, now)),
        broker=_broker(mailbox.host_folder(folder)),
    )


def _cached_roles(context: SessionContext, folder: str, now: float) -> list[CachedRole]:
    """Return the valid role credentials of a session, by account and role."""
    signed_in = context.tokens.signed_in()
    if signed_in is None:
        return []
    found = [
        CachedRole(printable(each.account_id), printable(each.role_name), each.expires_at)
        for _, each in document_store.stored(folder)
        if now < each.expires_at and context.owns(each, signed_in)
    ]
    return sorted(found, key=lambda role: (role.account_id, role.role_name))


def _broker(host_folder: str) -> LivingBroker | None:
    if not mailbox.is_seen_served(host_folder):
        return None
    fields = field_files.read(os.path.join(host_folder, "broker.info")) or {}
    return LivingBroker(printable(fields.get("pid", "")), printable(fields.get("version", "")))
