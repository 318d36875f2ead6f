"""Provide an access token: cached, refreshed, or from a new sign-in.

It is used on the broker's own thread. A want that waits here is decided again when what it waits for has happened.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from credential_process import documents
from credential_process.broker import account_access

if TYPE_CHECKING:
    from credential_process.broker.context import BrokerContext
    from credential_process.broker.sign_in.coordinator import SignInCoordinator
    from credential_process.broker.sign_in.outcomes import SignInOutcomes
    from credential_process.broker.token_refresh import TokenRefresher
    from credential_process.errors import Unauthorized
    from credential_process.session.context import SessionContext
    from credential_process.session.token_store import SignedIn
    from credential_process.stores.token_cache import Token
    from credential_process.stores.want import Want


class TokenProvider:
    """Provides access tokens, and answers wants that ask for nothing else."""

    def __init__(
        self,
        broker: BrokerContext,
        refresher: TokenRefresher,
        coordinator: SignInCoordinator,
        outcomes: SignInOutcomes,
    ) -> None:
        self._broker = broker
        self._refresher = refresher
        self._coordinator = coordinator
        self._outcomes = outcomes
        self.scopes = account_access.TokenScopes()
        self._damaged = ""  # the stamp of a damaged token file that no program is still writing

    @property
    def is_busy(self) -> bool:
        """Whether a refresh is under way."""
        return self._refresher.is_busy

    def reconcile(self, want: Want) -> None:
        """Answer a want for a token, or let it wait; raises a `CredentialProcessError` or `OSError` if it fails."""
        if self.obtain(want, account_access.context_of(want, self._broker)) is not None:
            self._broker.wants.succeed(want)

    def signed_in(self, context: SessionContext) -> SignedIn | None:
        """Return the token to use now, if there is one; another program may have signed in meanwhile."""
        return self._refresher.signed_in(context)

    def obtain(self, want: Want, context: SessionContext) -> SignedIn | None:
        """Return a token that is valid as long as the want asks, or make the want wait; raises if it can do neither.

        The service does not reveal how long a token can be refreshed, so one that can be, and just was, is enough.
        So is that of a new sign-in: another sign-in would not last longer.
        """
        signed_in, refreshable = self._refresher.look(context)
        if signed_in is not None and self.scopes.is_refused(want, context, signed_in):
            self._refresher.refuse(signed_in.token)
            signed_in = None
        lacks = signed_in is not None and self.scopes.lacks(want, context, signed_in)
        if signed_in is not None and not lacks:
            is_long = signed_in.token.is_valid(time.time(), seconds=want.min_remaining)
            is_new = refreshable is not None and self._refresher.has_just_tried(context)
            if is_long or is_new or self._outcomes.has_just_signed_in(context):
                return signed_in
        if refreshable is not None and not lacks:
            self._refresher.refresh(want, context, refreshable)
        else:
            self.sign_in(
                want, context, too_short="" if signed_in is None else signed_in.token.access_token
            )
        return None

    def refresh_if_due(self, want: Want, context: SessionContext) -> bool:
        """Make a want wait for a refresh if the token should be refreshed before its use; return whether it waits."""
        due = self._refresher.due(context)
        if due is not None:
            self._refresher.refresh(want, context, due)
        return due is not None

    def sign_in(self, want: Want, context: SessionContext, *, too_short: str = "") -> None:
        """Make a want wait for a sign-in; raises `SignInNeeded` if none may begin.

        `too_short` is an access token that is valid, but not for as long as the want asks, or not for its role.
        """
        if not self._waits_for_writer(want, context):
            self._coordinator.need(want, context, stale=too_short)

    def accepted(self) -> None:
        """Record that the portal has accepted a token: earlier failures to sign in do not matter any more."""
        self._outcomes.forget_failures()

    def refused(
        self, wants: list[Want], context: SessionContext, token: Token, failure: Unauthorized
    ) -> None:
        """Decide wants again whose token the portal has refused: with a refresh or a sign-in, once."""
        self._refresher.refuse(token)
        if self._refresher.is_possible(context) or not self._outcomes.has_just_signed_in(context):
            for want in wants:
                self._broker.wants.reconcile(want)
            return
        refusal = self._outcomes.token_refused(failure, context)
        for want in wants:
            self._broker.end(want, context, refusal)

    def _waits_for_writer(self, want: Want, context: SessionContext) -> bool:
        """Let a want wait for a moment, once, while another program writes the token file in place."""
        stamp = documents.stamp(context.tokens.file)
        if stamp == self._damaged or not context.tokens.is_unfinished():
            return False

        def settle() -> None:
            context.tokens.settle()
            self._broker.loop.post(settled)

        def settled() -> None:
            if context.tokens.is_unfinished():
                self._damaged = documents.stamp(context.tokens.file)
            self._broker.wants.reconcile(want)

        self._broker.loop.run_in_token_thread(settle)
        return True
