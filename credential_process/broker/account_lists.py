"""List accounts and roles: one list at a time, with several requests in flight; an interrupted one is resumed.

`AccountLists` decides wants of the kind ``accounts``.
"""

from __future__ import annotations

import logging
import os
import time
from typing import TYPE_CHECKING

from credential_process.broker.account_list_job import AccountListJob
from credential_process.broker.list_maker import ListMaker
from credential_process.errors import CredentialProcessError, Unauthorized, unusable
from credential_process.stores import account_list

if TYPE_CHECKING:
    from credential_process.session.context import SessionContext
    from credential_process.session.token_store import SignedIn
    from credential_process.stores.want import Want

log = logging.getLogger(__name__)


class AccountLists(ListMaker):
    """Answers wants for the list of accounts; the file of an interrupted one is kept, to be resumed."""

    def reconcile(self, want: Want) -> None:
        """Answer a want, or let it wait; raises a `CredentialProcessError` or `OSError` if it fails."""
        context = self._broker.session_of(want)
        if self._is_listed(context, want.since):
            self._broker.wants.succeed(want)
        elif self._running is not None:
            self._waiting.append(want)
        elif self._retires:
            pass  # the next broker finds the want, and resumes the list
        elif (signed_in := self._tokens.obtain(want, context)) is not None:
            self._running = self._begin(context, signed_in, want.since)
            self._waiting.append(want)

    def _is_listed(self, context: SessionContext, since: float) -> bool:
        signed_in = context.tokens.signed_in()
        listed = account_list.read(account_list.path(self._broker.session_folder))
        if listed is None or signed_in is None:
            return False
        return listed[0].serves(context.list_source(signed_in, began=time.time()), since)

    def _begin(self, context: SessionContext, signed_in: SignedIn, since: float) -> AccountListJob:
        partial = account_list.partial_path(self._broker.session_folder)
        source = context.list_source(signed_in, began=time.time())
        done: set[str] = set()
        descriptor = -1
        try:
            with account_list.AccountList(partial) as left:
                done.update(account.account_id for account in left.more() if not account.refused)
                if left.source.serves(source, since):
                    descriptor = account_list.resume(partial, left.size)
        except (OSError, ValueError):
            pass  # there is none, or it is damaged
        if descriptor < 0:
            done.clear()
            descriptor = account_list.begin(partial, source)
        log.info("listing accounts; %s are listed already", len(done))
        return AccountListJob(
            lambda: self._broker.services.at(context),
            signed_in.token,
            self._broker.loop,
            done=done,
            add=lambda account: account_list.add(descriptor, account),
            add_total=lambda total: account_list.add_total(descriptor, total),
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

        After a sign-out or a change of user the list is dropped, complete or not.
        """
        is_complete = failure is None and self._running is not None and self._running.is_complete
        if not context.tokens.are_of(signed_in.id):
            is_complete, failure = False, None
        waiting = self._take_waiting()
        try:
            if is_complete:
                folder = self._broker.session_folder
                partial, path = account_list.partial_path(folder), account_list.path(folder)
                account_list.complete(descriptor, partial, path)
            else:
                os.close(descriptor)
        except OSError as error:
            failure = unusable("the list of accounts cannot be written", error)
        log.info("listing ended: %s", failure.message if failure else f"complete: {is_complete}")
        if isinstance(failure, Unauthorized):
            self._tokens.refused(waiting, context, signed_in.token, failure)
            return
        for want in waiting:
            if failure is not None:
                self._broker.wants.fail(want, failure)
            else:
                self._broker.wants.reconcile(want)
