"""List the roles in the accounts that a caller names: a request for each of them, and none for all others.

`AccountRoleLists` decides wants of the kind ``account_roles``.
"""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from credential_process.broker.account_list_job import AccountListJob
from credential_process.broker.list_maker import ListMaker
from credential_process.errors import Unauthorized, unusable
from credential_process.stores import account_roles

if TYPE_CHECKING:
    from credential_process.errors import CredentialProcessError
    from credential_process.session.context import SessionContext
    from credential_process.session.token_store import SignedIn
    from credential_process.stores.account_list import Account, Source
    from credential_process.stores.want import Want

log = logging.getLogger(__name__)


class AccountRoleLists(ListMaker):
    """Answers wants for the roles in single accounts; one list is made at a time, and shared by all that it serves."""

    def reconcile(self, want: Want) -> None:
        """Answer a want, or let it wait; raises a `CredentialProcessError` or `OSError` if it fails."""
        context = self._broker.session_of(want)
        missing = self._missing(want, context)
        if not missing:
            self._broker.wants.succeed(want)
        elif self._running is not None:
            self._waiting.append(want)
        elif self._retires:
            pass  # the next broker finds the want
        elif (signed_in := self._tokens.obtain(want, context)) is not None:
            self._waiting.append(want)
            self._begin(context, signed_in, missing)

    def _missing(self, want: Want, context: SessionContext) -> list[str]:
        """Return the accounts whose roles AWS has to be asked for; it is asked again for one that it refused."""
        signed_in = context.tokens.signed_in()
        if signed_in is None:
            return list(want.account_ids)
        found = account_roles.find(
            self._broker.session_folder,
            want.account_ids,
            context.list_source(signed_in, began=time.time()),
            want.since,
        )
        return [each for each in want.account_ids if each not in found or found[each][1].refused]

    def _begin(self, context: SessionContext, signed_in: SignedIn, account_ids: list[str]) -> None:
        source = context.list_source(signed_in, began=time.time())
        listed: list[Account] = []
        log.info("listing the roles in %s accounts", len(account_ids))
        self._running = AccountListJob(
            lambda: self._broker.services.at(context),
            signed_in.token,
            self._broker.loop,
            accounts=account_roles.unlisted(self._broker.session_folder, account_ids, source),
            add=listed.append,
            ended=lambda failure: self._ended(context, signed_in, source, listed, failure),
        )

    def _ended(
        self,
        context: SessionContext,
        signed_in: SignedIn,
        source: Source,
        listed: list[Account],
        failure: CredentialProcessError | None,
    ) -> None:
        """Store what was listed, and decide all wants that waited again.

        After a sign-out or a change of user the list is dropped.
        """
        is_current = context.tokens.are_of(signed_in.id)
        waiting = self._take_waiting()
        try:
            if is_current:
                account_roles.store(self._broker.session_folder, source, listed)
        except OSError as error:
            failure = unusable("the list of roles cannot be written", error)
        log.info("listing ended: %s", failure.message if failure else f"{len(listed)} accounts")
        if is_current and isinstance(failure, Unauthorized):
            self._tokens.refused(waiting, context, signed_in.token, failure)
            return
        for want in waiting:
            if is_current and failure is not None:
                self._broker.wants.fail(want, failure)
            elif is_current and self._is_answered(want, context, source, listed):
                self._broker.wants.succeed(want)
            else:
                self._broker.wants.reconcile(want)

    def _is_answered(
        self, want: Want, context: SessionContext, source: Source, listed: list[Account]
    ) -> bool:
        """Return whether a want is answered by the list that has just ended: by roles, or by a refusal of AWS."""
        refused = {account.account_id for account in listed if account.refused}
        return want.since <= source.began and refused.issuperset(self._missing(want, context))
