"""Coordinate interactive sign-ins: at most one is open, and every want that needs it shares it."""

from __future__ import annotations

import logging
import os
import time
from collections import defaultdict
from typing import TYPE_CHECKING

from credential_process.errors import CredentialProcessError, SignInCancelled
from credential_process.session import used_scopes
from credential_process.stores import mailbox

if TYPE_CHECKING:
    from credential_process.broker.context import BrokerContext
    from credential_process.broker.sign_in.flow_factory import AnyFlow, FlowFactory, Start
    from credential_process.broker.sign_in.outcomes import SignInOutcomes
    from credential_process.broker.token_refresh import TokenRefresher
    from credential_process.session.context import SessionContext
    from credential_process.stores.want import Want

log = logging.getLogger(__name__)

_LOOK_SECONDS = 0.25


class SignInCoordinator:
    """Owns the open sign-in and the wants that wait for one; used on the broker's own thread.

    Most brokers see no sign-in, so the modules that one needs are imported by the first.
    """

    def __init__(
        self, broker: BrokerContext, refresher: TokenRefresher, outcomes: SignInOutcomes
    ) -> None:
        self._broker = broker
        self._refresher = refresher
        self._outcomes = outcomes
        self._made_factory: FlowFactory | None = None
        self._beginning: SessionContext | None = None
        self._open: AnyFlow | None = None
        self._last: AnyFlow | None = None
        self._cancelled = ""
        self._waiting: defaultdict[SessionContext, list[Want]] = defaultdict(list)
        # The names of wants that have waited before: a `login` whose sign-in was replaced by that of another host
        # does not replace it in turn.
        self._known: set[str] = set()
        self._next_look = 0.0

    @property
    def is_busy(self) -> bool:
        """Whether a sign-in is open or about to be."""
        return self._beginning is not None or self._open is not None

    @property
    def is_showing_result(self) -> bool:
        """Whether the user is about to see how the last sign-in ended."""
        return self._last is not None and self._last.is_showing_result

    def need(self, want: Want, context: SessionContext, *, stale: str = "") -> None:
        """Make a want wait for a sign-in, and begin one if none is open; raises `SignInNeeded` if none may begin.

        `stale` is an access token that is valid, but not enough for this want.
        """
        from credential_process.broker.sign_in import policy
        from credential_process.broker.sign_in.flow_factory import Start

        self._outcomes.forget_after_sign_out(context)
        policy.check_may_wait(want, context)
        is_typed = want.is_explicit and want.name not in self._known
        if is_typed:
            self._outcomes.forget_failures()
            self._show_again(want, context)
        if self._is_for(context) or (not is_typed and self._waits_elsewhere(want, context, stale)):
            self._known.add(want.name)
        else:
            flow = policy.choose_flow(want, context, self._broker.session_folder)
            # One at a time: a want for another session is decided again when the open sign-in has ended.
            if not self.is_busy:
                self._known.add(want.name)
                self._start(Start(want, context, flow, stale, is_typed))
        self._waiting[context].append(want)

    def attend(self, wants: dict[str, Want]) -> None:
        """Attend to the open sign-in, and end it when its time is over."""
        if self._open is None:
            return
        if time.monotonic() >= self._next_look:
            self._next_look = time.monotonic() + _LOOK_SECONDS
            if self._refresher.has_token_but(self._open.stale, self._open.context):
                self._open.end_signed_in()  # by another program, such as `aws sso login`
            elif not self._open.is_open():
                self._close(self._open)
                return
            self._open.expire_when_due()
        self._open.attend(wants)

    def take_over(self) -> None:
        """Continue the sign-in that a broker before this one left open."""
        page = mailbox.page_path(self._broker.host_folder)
        code = mailbox.code_path(self._broker.session_folder)
        if os.path.lexists(page) or os.path.lexists(code):
            self._open = self._factory.take_over()

    def cancel(self, begun_by: str) -> None:
        """End the open sign-in if it was begun for this want, whose user has cancelled it."""
        self._cancelled = begun_by
        if self._open is not None and self._open.sign_in.begun_by == begun_by:
            self._open.end(SignInCancelled("the sign-in was cancelled"))

    @property
    def _factory(self) -> FlowFactory:
        if self._made_factory is None:
            from credential_process.broker.sign_in.flow_factory import FlowFactory

            self._made_factory = FlowFactory(self._broker, self._refresher, self._on_end)
        return self._made_factory

    def _is_for(self, context: SessionContext) -> bool:
        return self._beginning == context or (
            self._open is not None and self._open.context == context
        )

    def _close(self, flow: AnyFlow) -> None:
        """End a sign-in whose file was deleted: by a sign-out, or by a ``login`` that was typed on another host."""
        from credential_process.broker.sign_in import other_host
        from credential_process.session import token_exchange

        if other_host.find(self._broker.host_folder, flow.context) is None:
            flow.end(token_exchange.signed_out(flow.context.tokens))
        else:
            self._replace(flow)
            self._release(flow.context, None)  # its wants wait for the other one

    def _show_again(self, want: Want, context: SessionContext) -> None:
        """Show the open sign-in once more, or replace it if the want asks for another."""
        from credential_process.broker.sign_in import policy

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
        from credential_process.stores import open_sign_in

        open_sign_in.remove(flow.path, flow.sign_in.id)
        self._open = None
        self._keep_answering(flow)

    def _waits_elsewhere(self, want: Want, context: SessionContext, stale: str) -> bool:
        """Follow a sign-in that is open on another host, if there is one and none here; return whether it does."""
        if self.is_busy:
            return False
        self._open = self._factory.on_other_host(want, context, stale=stale)
        return self._open is not None

    def _start(self, start: Start) -> None:
        self._beginning = start.context
        log.info("sign-in by %s begins for %s", start.flow, start.want.caller)

        last, self._last = self._last, None

        def begin() -> None:
            if last is not None:
                last.wait_until_result_is_seen()
                last.close()  # the port may be needed again
            flow: AnyFlow | None = None
            failure: CredentialProcessError | None = None
            try:
                flow = self._factory.begin(start)
            except CredentialProcessError as error:
                failure = error
            self._broker.loop.post(lambda: self._begun(start.context, flow, failure))

        self._broker.loop.run_in_token_thread(begin)

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
        if flow.is_here:  # otherwise the other host records it
            self._outcomes.ended(failure)
        self._drop(flow)
        self._release(flow.context, failure)

    def _release(self, context: SessionContext, failure: CredentialProcessError | None) -> None:
        """Decide all wants that waited again, but share a failure with those that waited for this session."""
        if failure is not None:
            # The next want that needs more scopes asks for them again.
            used_scopes.forget(context.tokens.folder)
            for want in self._waiting.pop(context, []):
                self._broker.end(want, context, failure)
        elif self._refresher.signed_in(context) is not None:
            self._outcomes.signed_in(context)
        self._reconcile_waiting()

    def _reconcile_waiting(self) -> None:
        waiting, self._waiting = self._waiting, defaultdict(list)
        for wants in waiting.values():
            for want in wants:
                self._broker.wants.reconcile(want)

    def _keep_answering(self, flow: AnyFlow) -> None:
        """Keep the listener of the last sign-in running, so that reloading its page still shows the result."""
        if self._last is not None:
            self._last.close()
        self._last = flow
