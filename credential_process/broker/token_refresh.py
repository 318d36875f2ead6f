"""Which access token can be used now, and the renewal of one that cannot, once for all who wait for it."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from credential_process.errors import CredentialProcessError, Refused, SignInNeeded
from credential_process.session import token_exchange
from credential_process.session.token_store import RENEW_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from credential_process.broker.loop import Loop
    from credential_process.session.context import SessionContext
    from credential_process.session.service_clients import ServiceClients
    from credential_process.session.token_store import SignedIn
    from credential_process.stores.token_cache import Token
    from credential_process.stores.want import Want

log = logging.getLogger(__name__)

_PAUSE_SECONDS = 60
_LEAST_LIFE_SECONDS = 5


class TokenRefresher:
    """What is known of the tokens of this broker's origins beyond their dates; lives on the broker's own thread.

    `done` gets a want that waited, and why it waited in vain.
    """

    def __init__(
        self,
        services: ServiceClients,
        loop: Loop,
        done: Callable[[Want, SessionContext, CredentialProcessError | None], None],
    ) -> None:
        self._services = services
        self._loop = loop
        self._done = done
        self._waiting: dict[SessionContext, list[Want]] = {}
        self._refused: set[str] = set()
        self._spent: set[str] = set()
        self._tried_at: dict[SessionContext, float] = {}

    @property
    def is_busy(self) -> bool:
        """Tell whether one is under way."""
        return bool(self._waiting)

    def signed_in(self, context: SessionContext) -> SignedIn | None:
        """Return the token to use now; None if there is none, it has expired, or the portal has refused it."""
        signed_in = context.tokens.signed_in()
        if (
            signed_in is None
            or signed_in.token.access_token in self._refused
            or not signed_in.token.is_valid(time.time(), seconds=_LEAST_LIFE_SECONDS)
        ):
            return None
        return signed_in

    def is_due(self, context: SessionContext) -> bool:
        """Tell whether the token should be renewed before it is used, and can be."""
        signed_in = self.signed_in(context)
        if signed_in is None:
            return self.is_possible(context)
        if self.has_just_tried(context):
            # It is good for now; the service is in trouble, or the sign-in about to end.
            return False
        is_ending = not signed_in.token.is_valid(time.time(), seconds=RENEW_SECONDS)
        return is_ending and self.is_possible(context)

    def has_just_tried(self, context: SessionContext) -> bool:
        """Tell whether there was a renewal a short while ago, whatever became of it."""
        tried_at = self._tried_at.get(context)
        return tried_at is not None and time.monotonic() < tried_at + _PAUSE_SECONDS

    def is_possible(self, context: SessionContext) -> bool:
        """Tell whether a new token can be had without a person, as far as we know."""
        token = context.tokens.read()
        return (
            token is not None
            and token.access_token not in self._spent
            and token.can_be_refreshed(time.time())
        )

    def refuse(self, token: Token) -> None:
        """Take note that the portal does not accept a token, whatever its date says."""
        self._refused.add(token.access_token)

    def refresh(self, want: Want, context: SessionContext) -> None:
        """Let a want wait for a renewal, and begin one if none is under way."""
        if context in self._waiting:
            self._waiting[context].append(want)
            return
        self._waiting[context] = [want]
        stale = context.tokens.read()
        self._loop.run_in_token_thread(lambda: self._run(context, stale))

    def _run(self, context: SessionContext, stale: Token | None) -> None:
        refused = stale.access_token if stale is not None else ""
        failure: CredentialProcessError | None = None
        renewed = ""
        try:
            renewed = token_exchange.renew(
                context.tokens, self._services.at(context), refused
            ).access_token
        except CredentialProcessError as error:
            failure = error
        self._loop.post(lambda: self._ended(context, refused, renewed, failure))

    def _ended(
        self,
        context: SessionContext,
        stale: str,
        renewed: str,
        failure: CredentialProcessError | None,
    ) -> None:
        log.info("renewal of the access token: %s", failure.message if failure else "done")
        self._tried_at[context] = time.monotonic()
        if failure is None:
            if self.signed_in(context) is None:
                self._spent.add(renewed)  # it ends at once: the session does
            if renewed in self._refused or stale in self._refused:
                # One renewal answers a refusal. If its token is refused too, only a person can help.
                self._spent.add(renewed)
        elif isinstance(failure, SignInNeeded | Refused):
            self._spent.add(stale)
        for want in self._waiting.pop(context):
            self._done(want, context, failure)
