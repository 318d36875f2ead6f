"""Coordinate interactive sign-ins: at most one is open, and every want that needs it shares it."""

from __future__ import annotations

import contextlib
import logging
import os
import time
from collections import defaultdict
from typing import TYPE_CHECKING

from credential_process.broker.sign_in import elsewhere, policy
from credential_process.broker.sign_in.flow import BEGIN_SECONDS, signed_out
from credential_process.broker.sign_in.flows import Flows
from credential_process.errors import (
    CredentialProcessError,
    Refused,
    Unauthorized,
    Unavailable,
    unusable,
)
from credential_process.stores import cooldown, document_store, open_sign_in

if TYPE_CHECKING:
    from credential_process.broker.context import BrokerContext
    from credential_process.broker.sign_in.flows import AnyFlow
    from credential_process.broker.token_refresh import TokenRefresher
    from credential_process.session.context import SessionContext
    from credential_process.stores.want import Want

log = logging.getLogger(__name__)

_LOOK_SECONDS = 0.25
_NEW_SIGN_IN_SECONDS = 60


class SignInCoordinator:
    """Owns the open sign-in and the wants that wait for one; used on the broker's own thread."""

    def __init__(self, broker: BrokerContext, refresher: TokenRefresher) -> None:
        self._broker = broker
        self._refresher = refresher
        self._flows = Flows(broker, self._on_end)
        self._beginning: SessionContext | None = None
        self._open: AnyFlow | None = None
        self._last: AnyFlow | None = None
        self._cancelled = ""
        self._waiting: defaultdict[SessionContext, list[Want]] = defaultdict(list)
        # The names of wants that have waited before: a `login` whose sign-in was replaced by that of another host
        # does not replace it in turn.
        self._known: set[str] = set()
        self._signed_in_at: dict[SessionContext, float] = {}
        self._next_look = 0.0

    @property
    def is_busy(self) -> bool:
        """Whether a sign-in is open or about to be."""
        return self._beginning is not None or self._open is not None

    def need(self, want: Want, context: SessionContext, *, stale: str = "") -> None:
        """Let a want wait for a sign-in, and begin one if none is open; raises `SignInNeeded` if none may begin.

        `stale` is an access token that is valid, but not enough for this want.
        """
        self._forget_after_sign_out(context)
        policy.check_may_wait(want, context)
        is_typed = want.is_explicit and want.name not in self._known
        if is_typed:
            cooldown.clear(self._broker.session_folder)
            self._show_again(want, context)
        if self._is_for(context) or (not is_typed and self._waits_elsewhere(want, context, stale)):
            self._known.add(want.name)
        else:
            flow = policy.choose_flow(want, context, self._broker.session_folder)
            # One at a time: a want for another session is decided again when the open sign-in has ended.
            if not self.is_busy:
                self._known.add(want.name)
                self._start(want, context, flow, stale, is_typed=is_typed)
        self._waiting[context].append(want)

    def has_just_signed_in(self, context: SessionContext) -> bool:
        """Return whether a sign-in to this session ended with success a short while ago."""
        signed_in_at = self._signed_in_at.get(context)
        return signed_in_at is not None and time.monotonic() < signed_in_at + _NEW_SIGN_IN_SECONDS

    def attend(self, wants: dict[str, Want]) -> None:
        """Look after the open sign-in, and end it when its time is over."""
        if self._open is None:
            return
        if time.monotonic() >= self._next_look:
            self._next_look = time.monotonic() + _LOOK_SECONDS
            if self._has_good_token(self._open.context, self._open.stale):
                self._open.end_signed_in()  # by another program, such as `aws sso login`
            elif not self._open.is_open():
                self._close(self._open)
                return
            self._open.expire_when_due()
        self._open.attend(wants)

    def take_over(self) -> None:
        """Continue the sign-in that a broker before this one left open."""
        self._open = self._flows.take_over()

    def cancel(self, begun_by: str) -> None:
        """End the open sign-in if it was begun for this want, whose user has cancelled it."""
        self._cancelled = begun_by
        if self._open is not None and self._open.sign_in.begun_by == begun_by:
            self._open.end(Refused("the sign-in was cancelled"))

    def token_refused(self, error: Unauthorized, context: SessionContext) -> CredentialProcessError:
        """Return the failure for a new token that the portal has refused: the region or the start URL must be wrong."""
        message = "the token was refused right after the sign-in"
        with contextlib.suppress(OSError):  # a full disk: the answer matters more than the cooldown
            cooldown.record(self._broker.session_folder, message, time.time())
        return Unavailable(
            f"signed in, but {error.message}",
            hint=f"check {context.session.region_and_url}",
        )

    def clear(self) -> None:
        """Forget failed sign-ins: the service has just accepted a token."""
        if cooldown.read(self._broker.session_folder) is not None:
            cooldown.clear(self._broker.session_folder)

    def _forget_after_sign_out(self, context: SessionContext) -> None:
        if not os.path.lexists(context.tokens.file):
            # `aws sso logout` deletes the token, but not what is cached here.
            self._signed_in_at.pop(context, None)
            document_store.forget([self._broker.session_folder])

    def _is_for(self, context: SessionContext) -> bool:
        return self._beginning == context or (
            self._open is not None and self._open.context == context
        )

    def _close(self, flow: AnyFlow) -> None:
        """End a sign-in whose file was deleted: by a sign-out, or by a ``login`` that was typed on another host."""
        if elsewhere.find(self._broker.host_folder, flow.context) is None:
            flow.end(signed_out(flow.context))
        else:
            self._replace(flow)
            self._release(flow.context, None)  # its wants wait for the other one

    def _show_again(self, want: Want, context: SessionContext) -> None:
        """Show the open sign-in once more, or replace it if the want asks for another."""
        flow = self._open
        if flow is None or flow.context != context:
            return
        is_another = want.flow not in {"", flow.sign_in.flow}
        if is_another or want.port or want.is_forced or not flow.is_here:
            # If another may not begin, this raises, and the open one stays.
            policy.choose_flow(want, context, self._broker.session_folder)
            self._replace(flow)
        else:
            flow.invite_again()

    def _replace(self, flow: AnyFlow) -> None:
        log.info("the open sign-in is replaced")
        flow.retire()
        self._drop(flow)

    def _drop(self, flow: AnyFlow) -> None:
        open_sign_in.remove(flow.path, flow.sign_in.id)
        self._open = None
        self._keep_answering(flow)

    def _has_good_token(self, context: SessionContext, stale: str) -> bool:
        signed_in = self._refresher.signed_in(context)
        return signed_in is not None and signed_in.token.access_token != stale

    def _waits_elsewhere(self, want: Want, context: SessionContext, stale: str) -> bool:
        """Follow a sign-in that is open on another host, if there is one and none here; return whether it does."""
        if self.is_busy:
            return False
        self._open = self._flows.elsewhere(want, context, stale=stale)
        return self._open is not None

    def _start(
        self, want: Want, context: SessionContext, flow_name: str, stale: str, *, is_typed: bool
    ) -> None:
        self._beginning = context
        log.info("sign-in by %s begins for %s", flow_name, want.caller)
        deadline = time.monotonic() + BEGIN_SECONDS

        def begin() -> None:
            self._keep_answering(None)
            flow: AnyFlow | None = None
            failure: CredentialProcessError | None = None
            try:
                flow = self._begin(want, context, flow_name, stale, deadline, is_typed=is_typed)
            except CredentialProcessError as error:
                failure = error
            except OSError as error:
                failure = unusable("the sign-in cannot be stored", error)
            self._broker.loop.post(lambda: self._begun(context, flow, failure))

        self._broker.loop.run_in_token_thread(begin)

    def _begin(
        self,
        want: Want,
        context: SessionContext,
        flow_name: str,
        stale: str,
        deadline: float,
        *,
        is_typed: bool,
    ) -> AnyFlow | None:
        """Return the sign-in that a want waits for, on a thread of its own; None if there is a good token meanwhile."""
        context.tokens.check_storable()
        with elsewhere.beginning(self._broker.session_folder):
            if self._has_good_token(context, stale):
                return None
            other = None if is_typed else self._flows.elsewhere(want, context, stale=stale)
            return other or self._flows.begin(
                want, context, flow_name, stale=stale, deadline=deadline
            )

    def _begun(
        self,
        context: SessionContext,
        flow: AnyFlow | None,
        failure: CredentialProcessError | None,
    ) -> None:
        self._beginning = None
        if flow is None:
            self._release(context, failure)
            return
        if flow.has_ended:
            # Approved at once: `_ended` ran before this, and did not see the wants that came in between.
            self._reconcile_waiting()
            return
        self._open = flow
        if flow.sign_in.begun_by == self._cancelled:
            self.cancel(self._cancelled)

    def _on_end(self, flow: AnyFlow, failure: CredentialProcessError | None) -> None:
        self._broker.loop.post(lambda: self._ended(flow, failure))

    def _ended(self, flow: AnyFlow, failure: CredentialProcessError | None) -> None:
        log.info("sign-in ended: %s", failure.message if failure else "signed in")
        self._broker.wants.look(at_once=True)  # wants that were posted until now share its end
        try:
            if not flow.is_here:
                pass  # the other host records it
            elif failure is None:
                cooldown.clear(self._broker.session_folder)
            else:
                cooldown.record(self._broker.session_folder, failure.message, time.time())
        except OSError as error:
            log.warning("the outcome cannot be stored: %s", error.strerror)
        self._drop(flow)
        self._release(flow.context, failure)

    def _release(self, context: SessionContext, failure: CredentialProcessError | None) -> None:
        """Decide all wants that waited again, but share a failure with those that waited for this session."""
        if failure is not None:
            for want in self._waiting.pop(context, []):
                self._broker.end(want, context, failure)
        elif self._refresher.signed_in(context) is not None:
            self._signed_in_at[context] = time.monotonic()
        self._reconcile_waiting()

    def _reconcile_waiting(self) -> None:
        waiting, self._waiting = self._waiting, defaultdict(list)
        for wants in waiting.values():
            for want in wants:
                self._broker.wants.reconcile(want)

    def _keep_answering(self, flow: AnyFlow | None) -> None:
        """Keep the listener of the last sign-in up, so that reloading its page still shows the result."""
        if self._last is not None:
            self._last.close()
        self._last = flow
