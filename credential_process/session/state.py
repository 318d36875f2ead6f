"""How a session stands now, from files alone: nothing is asked of the service or of a broker."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from credential_process import documents
from credential_process.client import launcher
from credential_process.errors import UsageError, printable
from credential_process.session.context import SessionContext
from credential_process.stores import cooldown, document_store, mailbox

if TYPE_CHECKING:
    from collections.abc import Mapping

    from credential_process.config.reader import SsoSession
    from credential_process.stores.cooldown import Outcome
    from credential_process.stores.mailbox import SignInView
    from credential_process.stores.token_cache import Token


@dataclass(frozen=True, slots=True)
class CachedRole:
    """Credentials of a role that can still be handed out."""

    account_id: str
    role_name: str
    expires_at: int


@dataclass(frozen=True, slots=True)
class LivingBroker:
    """A broker that holds its lock; the process id is what it wrote down, or empty."""

    process_id: str
    version: str


@dataclass(frozen=True, slots=True)
class SessionState:
    """How one session stood at `now`; dates in epoch seconds. With a `problem` in the config nothing else is known."""

    now: float
    problem: str = ""
    session: SsoSession | None = None
    token: Token | None = None
    asking: SignInView | None = None
    failure: Outcome | None = None
    roles: tuple[CachedRole, ...] = ()
    broker: LivingBroker | None = None

    @property
    def is_signed_in(self) -> bool:
        """Tell whether the access token is good by its date."""
        return self.token is not None and self.token.is_valid(self.now)

    @property
    def can_be_renewed(self) -> bool:
        """Tell whether a new token can be had without a person, as far as files tell."""
        return self.token is not None and self.token.can_be_refreshed(self.now)

    @property
    def verdict(self) -> str:
        """One word for scripts: ``signed_in``, ``renewable``, ``sign_in_needed`` or ``misconfigured``."""
        if self.problem:
            return "misconfigured"
        if self.is_signed_in:
            return "signed_in"
        # A sign-in opens only when a renewal has failed, or there was nothing to renew.
        is_asked_for = self.asking is not None or self.failure is not None
        return "renewable" if self.can_be_renewed and not is_asked_for else "sign_in_needed"

    @property
    def is_good(self) -> bool:
        """Tell whether a caller gets credentials without a person, as far as files tell."""
        return self.verdict in {"signed_in", "renewable"}

    @property
    def next_allowed(self) -> float:
        """When a sign-in may start by itself again; `now` where it may at once."""
        return cooldown.next_allowed(self.failure, self.now)

    @property
    def lives(self) -> bool:
        """Tell whether anything is kept or under way."""
        return bool(self.is_signed_in or self.can_be_renewed or self.asking or self.roles)


def read(fields: Mapping[str, str], folder: str, now: float) -> SessionState:
    """Look at a session and its folder; `fields` name it, as in a want."""
    try:
        context = SessionContext.of(fields, folder)
    except UsageError as error:
        return SessionState(now, problem=str(error))
    return SessionState(
        now,
        session=context.session,
        token=context.tokens.read(),
        asking=_asking(folder, now),
        failure=cooldown.read(folder),
        roles=tuple(_cached_roles(context, folder, now)),
        broker=_broker(documents.host_folder(folder)),
    )


def _cached_roles(context: SessionContext, folder: str, now: float) -> list[CachedRole]:
    """List the role credentials of a session that can be handed out, by account and role."""
    signed_in = context.tokens.signed_in()
    if signed_in is None:
        return []
    found = [
        CachedRole(printable(each.account_id), printable(each.role_name), each.expires_at)
        for _, each in document_store.stored(folder)
        if now < each.expires_at and context.owns(each, signed_in)
    ]
    return sorted(found, key=lambda role: (role.account_id, role.role_name))


def _asking(folder: str, now: float) -> SignInView | None:
    found = mailbox.open_sign_ins(documents.host_folder(folder))
    return next((each for each in found if now < each.ends_at), None)


def _broker(host_folder: str) -> LivingBroker | None:
    if not launcher.is_seen_alive(host_folder):
        return None
    fields = mailbox.read_line(os.path.join(host_folder, "broker.info")) or {}
    return LivingBroker(printable(fields.get("pid", "")), printable(fields.get("version", "")))
