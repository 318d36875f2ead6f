"""Listing accounts and roles: one list at a time, several requests in flight, resumed where one was broken off.

`AccountLists` decides about wants of the kind ``accounts``.
"""

from __future__ import annotations

import logging
import os
import time
from typing import TYPE_CHECKING

from credential_process.broker.account_list_job import AccountListJob
from credential_process.errors import (
    CredentialProcessError,
    Unauthorized,
    Unavailable,
    unusable,
)
from credential_process.session.context import SessionContext
from credential_process.stores import account_list

if TYPE_CHECKING:
    from collections.abc import Container

    from credential_process.broker.loop import Loop
    from credential_process.broker.token_provider import TokenProvider
    from credential_process.session.service_clients import ServiceClients
    from credential_process.session.token_store import SignedIn
    from credential_process.stores.account_list import Source
    from credential_process.stores.want import Want

log = logging.getLogger(__name__)


class AccountLists:
    """Answers wants for the list of accounts.

    A want whose token is over waits at `tokens`, and comes here again with a new one.
    """

    def __init__(
        self,
        session_folder: str,
        services: ServiceClients,
        tokens: TokenProvider,
        loop: Loop,
    ) -> None:
        self._folder = session_folder
        self._services = services
        self._tokens = tokens
        self._loop = loop
        self._running: AccountListJob | None = None
        self._waiting: list[Want] = []
        self._retires = False

    @property
    def is_busy(self) -> bool:
        """Tell whether requests are under way."""
        return self._running is not None

    def reconcile(self, want: Want) -> None:
        """Answer a want, or let it wait for a token or a list; raises ours or `OSError`."""
        context = SessionContext.of(want.fields, self._folder)
        if self._is_listed(context, want.since):
            self._loop.succeed(want)
        elif self._running is not None:
            self._waiting.append(want)
        elif self._retires:
            pass  # the next broker finds the want, and resumes the list
        elif (signed_in := self._tokens.obtain(want, context)) is not None:
            self._running = self._begin(context, signed_in, want.since)
            self._waiting.append(want)

    def retire(self) -> None:
        """Begin no list any more, and interrupt the one that is under way: a long one would hold up a retirement."""
        self._retires = True
        if self._running is not None:
            self._running.stop()

    def attend(self, wants: Container[str]) -> None:
        """Break the list off when nobody waits for it any more; what is there of it stays."""
        if self._running is not None and not any(want.name in wants for want in self._waiting):
            self._running.stop()

    def _is_listed(self, context: SessionContext, since: float) -> bool:
        signed_in = context.tokens.signed_in()
        listed = account_list.read(account_list.path(self._folder))
        if listed is None or signed_in is None:
            return False
        return _serves(listed[0], context.list_source(signed_in, began=time.time()), since)

    def _begin(self, context: SessionContext, signed_in: SignedIn, since: float) -> AccountListJob:
        partial = account_list.partial_path(self._folder)
        source = context.list_source(signed_in, began=time.time())
        done: set[str] = set()
        descriptor = -1
        try:
            with account_list.AccountList(partial) as left:
                done.update(account.account_id for account in left.more() if not account.refused)
                if _serves(left.source, source, since):
                    descriptor = account_list.reconcile_again(partial, left.size)
        except (OSError, ValueError):
            pass  # none, or a damaged one
        if descriptor < 0:
            done.clear()
            descriptor = account_list.begin(partial, source)
        log.info("listing accounts; %s are there", len(done))
        return AccountListJob(
            lambda: self._services.at(context),
            signed_in.token,
            descriptor,
            done=done,
            loop=self._loop,
            ended=lambda failure: self._ended(context, signed_in, descriptor, failure),
        )

    def _ended(
        self,
        context: SessionContext,
        signed_in: SignedIn,
        descriptor: int,
        failure: CredentialProcessError | None,
    ) -> None:
        """Decide all wants that waited again; one that needs a newer list begins the next.

        After a sign-out or a change of user the list is dropped, whatever became of it.
        """
        is_complete = failure is None and self._running is not None and self._running.is_complete
        if not context.tokens.are_of(signed_in.id):
            is_complete, failure = False, None
        self._running = None
        waiting, self._waiting = self._waiting, []
        try:
            if is_complete:
                partial = account_list.partial_path(self._folder)
                account_list.complete(descriptor, partial, account_list.path(self._folder))
        except OSError as error:
            failure = _unwritable(error)
        finally:
            os.close(descriptor)
        log.info("listing ended: %s", failure.message if failure else f"complete: {is_complete}")
        if isinstance(failure, Unauthorized):
            self._tokens.refused(waiting, context, signed_in.token, failure)
            return
        for want in waiting:
            if failure is not None:
                self._loop.fail(want, failure)
            else:
                self._loop.reconcile_again(want)


def _serves(source: Source, wanted: Source, since: float) -> bool:
    # One of the future was dated by a clock that has gone back since.
    return since <= source.began <= wanted.began + 60 and source.is_same(wanted)


def _unwritable(error: OSError) -> Unavailable:
    return unusable("the list of accounts cannot be written", error)
