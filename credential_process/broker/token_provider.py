"""The access token for whoever wants something: one that is there, a renewal of it, or a sign-in.

It lives on the broker's own thread. A want that waits here is decided anew when what it waits for has happened.
"""

from __future__ import annotations

import os
import time
from collections import defaultdict
from typing import TYPE_CHECKING

from credential_process import documents
from credential_process.broker.token_refresh import Renewals
from credential_process.errors import CredentialProcessError, Unavailable
from credential_process.session.context import Origin
from credential_process.stores import document_store

if TYPE_CHECKING:
    from collections.abc import Callable

    from credential_process.broker.loop import Loop
    from credential_process.broker.sign_in.coordinator import SignInDesk
    from credential_process.errors import Unauthorized
    from credential_process.session.context import Services
    from credential_process.session.token_store import SignedIn
    from credential_process.stores.mailbox import Want
    from credential_process.stores.token_cache import Token

_NEW_SIGN_IN_SECONDS = 60


class SessionTokens:
    """Gives tokens; `fail` answers a want of an origin that has waited in vain."""

    def __init__(
        self,
        session_folder: str,
        services: Services,
        desk: SignInDesk,
        loop: Loop,
        fail: Callable[[Want, Origin, CredentialProcessError], None],
    ) -> None:
        self._folder = session_folder
        self._desk = desk
        self._loop = loop
        self._fail = fail
        self._renewals = Renewals(services, loop, self._renewed)
        self._signing_in: defaultdict[Origin, list[Want]] = defaultdict(list)
        self._signed_in_at: dict[Origin, float] = {}
        self._damaged = ""  # the stamp of a token file that nobody is writing any more

    @property
    def is_busy(self) -> bool:
        """Tell whether a renewal is under way."""
        return self._renewals.is_busy

    def decide(self, want: Want) -> None:
        """Answer a want for nothing but a token; raises ours or `OSError`."""
        if self.obtain(want, Origin.of(want.fields, self._folder)) is not None:
            self._loop.succeed(want)

    def signed_in(self, origin: Origin) -> SignedIn | None:
        """Return the token to use now, if there is one; another program may have signed in meanwhile."""
        return self._renewals.signed_in(origin)

    def obtain(self, want: Want, origin: Origin) -> SignedIn | None:
        """Return a token that lasts as long as the want asks, or let the want wait; raises why that cannot be.

        How long a token can be renewed the service does not say: one that can be, and just was, is good. So is
        that of a new sign-in: another would give no longer one.
        """
        signed_in, can_renew = self.signed_in(origin), self._renewals.is_possible(origin)
        if signed_in is not None:
            is_long = signed_in.token.is_valid(time.time(), seconds=_least_seconds(want))
            is_new = can_renew and self._renewals.has_just_tried(origin)
            if is_long or is_new or self._has_just_signed_in(origin):
                return signed_in
        if can_renew:
            self._renewals.renew(want, origin)
        else:
            self.sign_in(
                want, origin, too_short="" if signed_in is None else signed_in.token.access_token
            )
        return None

    def renew_if_due(self, want: Want, origin: Origin) -> bool:
        """Let a want wait for a renewal if the token should be renewed before it is used; tell whether it waits."""
        if not self._renewals.is_due(origin):
            return False
        self._renewals.renew(want, origin)
        return True

    def sign_in(self, want: Want, origin: Origin, *, too_short: str = "") -> None:
        """Let a want wait for a sign-in, in place of a token that is `too_short` for it; raises why that cannot be."""
        if self._waits_for_writer(want, origin):
            return
        if not os.path.lexists(origin.tokens.file):
            # Signed out: with `aws sso logout`, all that is left is what lies here.
            self._signed_in_at.pop(origin, None)
            document_store.forget([self._folder])
        self._desk.need(want, origin, stale=too_short)
        self._signing_in[origin].append(want)

    def sign_in_ended(self, origin: Origin, failure: CredentialProcessError | None) -> None:
        """Let all who waited for a sign-in go on, or share its failure with them."""
        if failure is None:
            self._signed_in_at[origin] = time.monotonic()
        waiting, self._signing_in = self._signing_in, defaultdict(list)
        for waited_for, wants in waiting.items():
            for want in wants:
                if failure is not None and waited_for == origin:
                    self._fail(want, origin, failure)
                else:
                    self._loop.go_on(want)

    def accepted(self) -> None:
        """Take note that the portal has accepted a token: whatever failed before is over."""
        self._desk.clear()

    def refused(
        self, wants: list[Want], origin: Origin, token: Token, failure: Unauthorized
    ) -> None:
        """Go on with wants whose token the portal has refused: a new one is renewed or asked for, once."""
        self._renewals.refuse(token)
        if self._renewals.is_possible(origin) or not self._has_just_signed_in(origin):
            for want in wants:
                self._loop.go_on(want)
            return
        refusal = self._desk.token_refused(failure, origin)
        for want in wants:
            self._fail(want, origin, refusal)

    def _waits_for_writer(self, want: Want, origin: Origin) -> bool:
        """Let a want wait for a moment, once, while another program writes the token file in place."""
        stamp = documents.stamp(origin.tokens.file)
        if stamp == self._damaged or not origin.tokens.is_unfinished():
            return False

        def settle() -> None:
            origin.tokens.settle()
            self._loop.tell(settled)

        def settled() -> None:
            if origin.tokens.is_unfinished():
                self._damaged = documents.stamp(origin.tokens.file)
            self._loop.go_on(want)

        self._loop.work_on_tokens(settle)
        return True

    def _has_just_signed_in(self, origin: Origin) -> bool:
        signed_in_at = self._signed_in_at.get(origin)
        return signed_in_at is not None and time.monotonic() < signed_in_at + _NEW_SIGN_IN_SECONDS

    def _renewed(self, want: Want, origin: Origin, failure: CredentialProcessError | None) -> None:
        if isinstance(failure, Unavailable) and self.signed_in(origin) is None:
            self._fail(want, origin, failure)
        else:
            self._loop.go_on(want)


def _least_seconds(want: Want) -> int:
    text = want.fields.get("min_remaining", "")
    return int(text) if text.isascii() and text.isdigit() else 0
