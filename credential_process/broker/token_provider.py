"""The access token for whoever wants something: one that is there, a renewal of it, or a sign-in.

It lives on the broker's own thread. A want that waits here is decided anew when what it waits for has happened.
"""

from __future__ import annotations

import os
import time
from collections import defaultdict
from typing import TYPE_CHECKING

from credential_process import documents
from credential_process.broker.token_refresh import TokenRefresher
from credential_process.errors import CredentialProcessError, Unavailable
from credential_process.session.context import SessionContext
from credential_process.stores import document_store

if TYPE_CHECKING:
    from collections.abc import Callable

    from credential_process.broker.loop import Loop
    from credential_process.broker.sign_in.coordinator import SignInCoordinator
    from credential_process.errors import Unauthorized
    from credential_process.session.service_clients import ServiceClients
    from credential_process.session.token_store import SignedIn
    from credential_process.stores.token_cache import Token
    from credential_process.stores.want import Want

_NEW_SIGN_IN_SECONDS = 60


class TokenProvider:
    """Gives tokens; `fail` answers a want of an origin that has waited in vain."""

    def __init__(
        self,
        session_folder: str,
        services: ServiceClients,
        coordinator: SignInCoordinator,
        loop: Loop,
        fail: Callable[[Want, SessionContext, CredentialProcessError], None],
    ) -> None:
        self._folder = session_folder
        self._coordinator = coordinator
        self._loop = loop
        self._fail = fail
        self._refresher = TokenRefresher(services, loop, self._refreshed)
        self._signing_in: defaultdict[SessionContext, list[Want]] = defaultdict(list)
        self._signed_in_at: dict[SessionContext, float] = {}
        self._damaged = ""  # the stamp of a token file that nobody is writing any more

    @property
    def is_busy(self) -> bool:
        """Tell whether a renewal is under way."""
        return self._refresher.is_busy

    def reconcile(self, want: Want) -> None:
        """Answer a want for nothing but a token; raises ours or `OSError`."""
        if self.obtain(want, SessionContext.of(want.fields, self._folder)) is not None:
            self._loop.succeed(want)

    def signed_in(self, context: SessionContext) -> SignedIn | None:
        """Return the token to use now, if there is one; another program may have signed in meanwhile."""
        return self._refresher.signed_in(context)

    def obtain(self, want: Want, context: SessionContext) -> SignedIn | None:
        """Return a token that lasts as long as the want asks, or let the want wait; raises why that cannot be.

        How long a token can be renewed the service does not say: one that can be, and just was, is good. So is
        that of a new sign-in: another would give no longer one.
        """
        signed_in, can_renew = self.signed_in(context), self._refresher.is_possible(context)
        if signed_in is not None:
            is_long = signed_in.token.is_valid(time.time(), seconds=want.min_remaining)
            is_new = can_renew and self._refresher.has_just_tried(context)
            if is_long or is_new or self._has_just_signed_in(context):
                return signed_in
        if can_renew:
            self._refresher.refresh(want, context)
        else:
            self.sign_in(
                want, context, too_short="" if signed_in is None else signed_in.token.access_token
            )
        return None

    def refresh_if_due(self, want: Want, context: SessionContext) -> bool:
        """Let a want wait for a renewal if the token should be renewed before it is used; tell whether it waits."""
        if not self._refresher.is_due(context):
            return False
        self._refresher.refresh(want, context)
        return True

    def sign_in(self, want: Want, context: SessionContext, *, too_short: str = "") -> None:
        """Let a want wait for a sign-in, in place of a token that is `too_short` for it; raises why that cannot be."""
        if self._waits_for_writer(want, context):
            return
        if not os.path.lexists(context.tokens.file):
            # Signed out: with `aws sso logout`, all that is left is what lies here.
            self._signed_in_at.pop(context, None)
            document_store.forget([self._folder])
        self._coordinator.need(want, context, stale=too_short)
        self._signing_in[context].append(want)

    def sign_in_ended(
        self, context: SessionContext, failure: CredentialProcessError | None
    ) -> None:
        """Let all who waited for a sign-in go on, or share its failure with them."""
        if failure is None:
            self._signed_in_at[context] = time.monotonic()
        waiting, self._signing_in = self._signing_in, defaultdict(list)
        for waited_for, wants in waiting.items():
            for want in wants:
                if failure is not None and waited_for == context:
                    self._fail(want, context, failure)
                else:
                    self._loop.reconcile_again(want)

    def accepted(self) -> None:
        """Take note that the portal has accepted a token: whatever failed before is over."""
        self._coordinator.clear()

    def refused(
        self, wants: list[Want], context: SessionContext, token: Token, failure: Unauthorized
    ) -> None:
        """Go on with wants whose token the portal has refused: a new one is renewed or asked for, once."""
        self._refresher.refuse(token)
        if self._refresher.is_possible(context) or not self._has_just_signed_in(context):
            for want in wants:
                self._loop.reconcile_again(want)
            return
        refusal = self._coordinator.token_refused(failure, context)
        for want in wants:
            self._fail(want, context, refusal)

    def _waits_for_writer(self, want: Want, context: SessionContext) -> bool:
        """Let a want wait for a moment, once, while another program writes the token file in place."""
        stamp = documents.stamp(context.tokens.file)
        if stamp == self._damaged or not context.tokens.is_unfinished():
            return False

        def settle() -> None:
            context.tokens.settle()
            self._loop.post(settled)

        def settled() -> None:
            if context.tokens.is_unfinished():
                self._damaged = documents.stamp(context.tokens.file)
            self._loop.reconcile_again(want)

        self._loop.run_in_token_thread(settle)
        return True

    def _has_just_signed_in(self, context: SessionContext) -> bool:
        signed_in_at = self._signed_in_at.get(context)
        return signed_in_at is not None and time.monotonic() < signed_in_at + _NEW_SIGN_IN_SECONDS

    def _refreshed(
        self, want: Want, context: SessionContext, failure: CredentialProcessError | None
    ) -> None:
        if isinstance(failure, Unavailable) and self.signed_in(context) is None:
            self._fail(want, context, failure)
        else:
            self._loop.reconcile_again(want)
