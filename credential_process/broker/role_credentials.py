"""Answer wants for roles: with the cached document, or with a new one once there is a token.

`RoleCredentials` decides on the broker's own thread, from files alone; only its requests to the service run on others.
A want is decided again whenever something that it waits for has happened. A chain of roles is fetched role by role,
each with the cached credentials of the one before.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from credential_process import files
from credential_process.broker import account_access, role_documents
from credential_process.broker.role_documents import Fetch
from credential_process.errors import (
    CredentialProcessError,
    Refused,
    Unauthorized,
    Unavailable,
    unusable,
)
from credential_process.stores import access_role, document_store, role_chain

if TYPE_CHECKING:
    from collections.abc import Callable

    from credential_process.broker.context import BrokerContext
    from credential_process.broker.token_provider import TokenProvider
    from credential_process.documents import Document
    from credential_process.identity_center.replies import RoleKeys
    from credential_process.session.context import SessionContext
    from credential_process.session.token_store import SignedIn
    from credential_process.stores.want import Want

# A caller gives up after 50 s, and must get the error before: the last try may take another 13 s.
_LONGEST_SECONDS = 30


class RoleCredentials:
    """Answers wants for roles, with one fetch for all wants of the same role."""

    def __init__(self, broker: BrokerContext, tokens: TokenProvider) -> None:
        self._broker = broker
        self._tokens = tokens
        self._fetching: dict[Fetch, list[Want]] = {}

    @property
    def is_busy(self) -> bool:
        """Whether fetches are under way."""
        return bool(self._fetching)

    def reconcile(self, want: Want) -> None:
        """Answer a want, or let it wait; raises a `CredentialProcessError` or `OSError` if it fails."""
        context = account_access.context_of(want, self._broker)
        cached = role_documents.cached(want, context, self._broker.session_folder)
        if cached is not None and cached.is_fresh(time.time()):
            self._broker.wants.succeed(want)
        elif self._assume(want, context, _is_fresh) or self._tokens.refresh_if_due(want, context):
            pass
        elif (
            signed_in := self._tokens.signed_in(context)
        ) is not None and not self._tokens.scopes.lacks(want, context, signed_in):
            self._fetch(want, context, signed_in)
        elif role_documents.is_usable(cached):
            # The user is asked only when nothing valid is left to hand out.
            self._broker.wants.succeed(want)
        elif self._assume(want, context, role_documents.is_usable):
            pass
        else:
            lacking = "" if signed_in is None else signed_in.token.access_token
            self._tokens.sign_in(want, context, too_short=lacking)

    def _assume(
        self, want: Want, context: SessionContext, is_good: Callable[[Document], bool]
    ) -> bool:
        """Assume the next role of a chain, if credentials of one before it are good; return whether that began.

        No token is needed for it.
        """
        signed_in = context.tokens.signed_in()
        for start in role_chain.starts(want.chain) if signed_in is not None else ():
            source = role_documents.cached(want, context, self._broker.session_folder, start)
            if source is not None and is_good(source) and signed_in is not None:
                chain = role_chain.following(want.chain, start)
                self._fetch(want, context, signed_in, chain=chain, source=source)
                return True
        return False

    def _fetch(
        self,
        want: Want,
        context: SessionContext,
        signed_in: SignedIn,
        *,
        chain: str = "",
        source: Document | None = None,
    ) -> None:
        """Fetch the role of a want, or the last one of a chain with the credentials in `source`."""
        fetch = Fetch(context, signed_in.id, want.account_id, want.role_name, chain)
        if fetch in self._fetching:
            self._fetching[fetch].append(want)
            return
        self._fetching[fetch] = [want]
        # Counted from here: it may have to wait for a free worker while others are throttled.
        deadline = time.monotonic() + _LONGEST_SECONDS
        self._broker.loop.run_in_thread(lambda: self._run(fetch, signed_in, source, deadline))

    def _run(
        self, fetch: Fetch, signed_in: SignedIn, source: Document | None, deadline: float
    ) -> None:
        failure: CredentialProcessError | None = None
        try:
            if source is None:
                keys = self._of_token(fetch, signed_in, deadline)
            else:
                role = role_chain.roles(fetch.chain)[-1]
                sts = self._broker.services.sts(fetch.context, role_chain.endpoint(fetch.chain))
                keys = sts.assume_role(role_documents.keys_in(source), role, deadline)
            self._store(fetch, keys)
        except CredentialProcessError as error:
            failure = error
        except OSError as error:
            failure = unusable("state cannot be written", error)
        self._broker.loop.post(lambda: self._fetched(fetch, signed_in, failure))

    def _of_token(self, fetch: Fetch, signed_in: SignedIn, deadline: float) -> RoleKeys:
        service, token = self._broker.services.at(fetch.context), signed_in.token.access_token
        role = access_role.of(fetch.role_name)
        try:
            if role is not None:
                return account_access.role_credentials(service, token, role, deadline)
            return service.role_credentials(
                token,
                account_id=fetch.account_id,
                role_name=fetch.role_name,
                deadline=deadline,
            )
        except Refused as failure:
            if role is not None:
                raise account_access.not_granted(role, failure) from failure
            from credential_process.broker import unassigned_roles  # few roles are refused

            folder = self._broker.session_folder
            raise unassigned_roles.refusal(fetch, folder, signed_in, failure) from failure

    def _store(self, fetch: Fetch, keys: RoleKeys) -> None:
        """Store credentials, unless the user has signed out or changed since they were asked for."""
        now = fetch.context.tokens.signed_in()
        if now is None or now.id != fetch.sign_in:
            return
        path = fetch.path(self._broker.session_folder)
        document = role_documents.new(fetch.context, now, fetch.subject, keys)
        document_store.store(path, document)
        if fetch.is_outdated:
            # Check last: a sign-out deletes the token before the documents, so this catches the race.
            files.remove(path)

    def _fetched(
        self, fetch: Fetch, signed_in: SignedIn, failure: CredentialProcessError | None
    ) -> None:
        context, wants = fetch.context, self._fetching.pop(fetch)
        if fetch.is_outdated or (
            not fetch.chain
            and self._tokens.scopes.may_have_lacked(fetch.role_name, context, signed_in, failure)
        ):
            for want in wants:
                self._broker.wants.reconcile(want)
            return
        if isinstance(failure, Unauthorized):
            self._tokens.refused(wants, context, signed_in.token, failure)
            return
        if not fetch.chain and not isinstance(failure, Unavailable):
            self._tokens.accepted()
        for want in wants:
            if failure is None and want.chain != fetch.chain:
                self._broker.wants.reconcile(want)  # the next role of its chain can be assumed now
            else:
                self._broker.end(want, context, failure)


def _is_fresh(document: Document) -> bool:
    return document.is_fresh(time.time())
