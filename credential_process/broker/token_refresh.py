"""Which access token can be used now, and the refresh of one that cannot, once for all wants that wait for it.

`session.token_exchange` makes the exchange, under a lock that all processes share.
"""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from credential_process.errors import (
    CredentialProcessError,
    Refused,
    SignInNeeded,
    Unavailable,
)
from credential_process.session.token_store import REFRESH_SECONDS

if TYPE_CHECKING:
    from credential_process.broker.context import BrokerContext
    from credential_process.session.context import SessionContext
    from credential_process.session.token_store import SignedIn
    from credential_process.stores.token_cache import Token
    from credential_process.stores.want import Want

log = logging.getLogger(__name__)

_PAUSE_SECONDS = 60
_LEAST_LIFE_SECONDS = 5


class TokenRefresher:
    """Refreshes access tokens, and remembers which were refused, whatever their dates; used on the broker's own thread.

    `_refused` are access tokens that the portal has refused, `_spent` those that cannot be refreshed any more.
    """

    def __init__(self, broker: BrokerContext) -> None:
        self._broker = broker
        self._waiting: dict[SessionContext, list[Want]] = {}
        self._refused: set[str] = set()
        self._spent: set[str] = set()
        self._tried_at: dict[SessionContext, float] = {}

    @property
    def is_busy(self) -> bool:
        """Whether a refresh is under way."""
        return bool(self._waiting)

    def look(self, context: SessionContext) -> tuple[SignedIn | None, Token | None]:
        """Return the token to use now, and the one that can be refreshed as far as is known.

        Both are from one look at the token file, since a sign-in may end between two: what it brings is not refreshed.
        There is nothing to use if the user is signed out, the token has expired, or the portal has refused it.
        """
        signed_in, now = context.tokens.signed_in(), time.time()
        if signed_in is None:
            return None, None
        token = signed_in.token
        can_refresh = token.access_token not in self._spent and token.can_be_refreshed(now)
        is_usable = token.access_token not in self._refused and token.is_valid(
            now, seconds=_LEAST_LIFE_SECONDS
        )
        return (signed_in if is_usable else None), (token if can_refresh else None)

    def signed_in(self, context: SessionContext) -> SignedIn | None:
        """Return the token to use now, if there is one."""
        return self.look(context)[0]

    def has_token_but(self, stale: str, context: SessionContext) -> bool:
        """Return whether there is a token to use now, other than this one."""
        signed_in = self.signed_in(context)
        return signed_in is not None and signed_in.token.access_token != stale

    def due(self, context: SessionContext) -> Token | None:
        """Return the token if it should be refreshed before it is used, and can be."""
        signed_in, refreshable = self.look(context)
        if signed_in is None:
            return refreshable
        if self.has_just_tried(context):
            # The token is valid for now; the service is unavailable, or the session is about to end.
            return None
        is_ending = not signed_in.token.is_valid(time.time(), seconds=REFRESH_SECONDS)
        return refreshable if is_ending else None

    def has_just_tried(self, context: SessionContext) -> bool:
        """Return whether a refresh ended a short while ago, with or without success."""
        tried_at = self._tried_at.get(context)
        return tried_at is not None and time.monotonic() < tried_at + _PAUSE_SECONDS

    def is_possible(self, context: SessionContext) -> bool:
        """Return whether the token can be refreshed, as far as is known."""
        return self.look(context)[1] is not None

    def refuse(self, token: Token) -> None:
        """Record that the portal does not accept a token, whatever its date is."""
        self._refused.add(token.access_token)

    def refresh(self, want: Want, context: SessionContext, token: Token) -> None:
        """Make a want wait for a refresh of this token, and begin one if none is under way."""
        if context in self._waiting:
            self._waiting[context].append(want)
            return
        self._waiting[context] = [want]
        self._broker.loop.run_in_token_thread(lambda: self._run(context, token.access_token))

    def _run(self, context: SessionContext, stale: str) -> None:
        failure: CredentialProcessError | None = None
        refreshed = ""
        try:
            from credential_process.session import token_exchange  # most brokers refresh none

            service = self._broker.services.at(context)
            refreshed = token_exchange.refresh(context.tokens, service, stale).access_token
        except CredentialProcessError as error:
            failure = error
        self._broker.loop.post(lambda: self._ended(context, stale, refreshed, failure))

    def _ended(
        self,
        context: SessionContext,
        stale: str,
        refreshed: str,
        failure: CredentialProcessError | None,
    ) -> None:
        log.info("refresh of the access token: %s", failure.message if failure else "done")
        self._tried_at[context] = time.monotonic()
        if failure is None:
            if self.signed_in(context) is None:
                self._spent.add(refreshed)  # it expires at once: the session has ended
            if refreshed in self._refused or stale in self._refused:
                # After a 401, refresh once. If the new token is rejected too, a sign-in is needed.
                self._spent.add(refreshed)
        elif isinstance(failure, SignInNeeded | Refused):
            self._spent.add(stale)
        for want in self._waiting.pop(context):
            if isinstance(failure, Unavailable) and self.signed_in(context) is None:
                self._broker.end(want, context, failure)
            else:
                self._broker.wants.reconcile(want)
