"""The desk where people are asked: at most one sign-in is open, and all who need it wait for it together."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Any

from credential_process.broker.sign_in import elsewhere, policy
from credential_process.broker.sign_in.flow import signed_out, unwritable
from credential_process.errors import (
    CredentialProcessError,
    Refused,
    Unauthorized,
    Unavailable,
)
from credential_process.session.context import SessionContext
from credential_process.stores import cooldown, mailbox, open_sign_in
from credential_process.stores.open_sign_in import OpenCode, OpenPage

if TYPE_CHECKING:
    from collections.abc import Callable

    from credential_process.broker.loop import Loop
    from credential_process.broker.sign_in.flow import Flow
    from credential_process.session.service_clients import ServiceClients
    from credential_process.session.token_store import SignedIn
    from credential_process.stores.want import Want

    AnyFlow = Flow[Any]

log = logging.getLogger(__name__)

_LOOK_SECONDS = 0.25


class SignInCoordinator:
    """Owns the open sign-in. All its methods run on the broker's own thread.

    `current` returns the token of an origin that can be used now. `done` is called with the origin and the failure,
    or None, when a sign-in has ended, and `gather` just before, so that wants posted until then share its end.
    """

    def __init__(
        self,
        host_folder: str,
        session_folder: str,
        services: ServiceClients,
        loop: Loop,
        *,
        current: Callable[[SessionContext], SignedIn | None],
        gather: Callable[[], None],
        done: Callable[[SessionContext, CredentialProcessError | None], None],
    ) -> None:
        self._host_folder = host_folder
        self._session_folder = session_folder
        self._services = services
        self._loop = loop
        self._current = current
        self._gather = gather
        self._done = done
        self._beginning: SessionContext | None = None
        self._open: AnyFlow | None = None
        self._last: AnyFlow | None = None
        self._cancelled = ""
        # The names of wants that wait already: a `login` that another host takes over from does not take it back.
        self._typed: set[str] = set()
        self._next_look = 0.0

    @property
    def is_busy(self) -> bool:
        """Tell whether somebody is being asked."""
        return self._beginning is not None or self._open is not None

    def need(self, want: Want, context: SessionContext, *, stale: str = "") -> None:
        """Let a want wait for a sign-in, and begin one if none is open; raises why that cannot be.

        `stale` is an access token that can be used, but not for this want.
        """
        policy.check_may_wait(want, context)
        is_typed = want.is_explicit and want.name not in self._typed
        if is_typed:
            cooldown.clear(self._session_folder)
            self._ask_again(want, context)
        if self._is_for(context) or (not is_typed and self._waits_elsewhere(want, context, stale)):
            self._typed.add(want.name)
            return
        flow = policy.choose_flow(want, context, self._session_folder)
        if self.is_busy:
            return  # one at a time: whoever waits is looked at again when the open one has ended
        self._typed.add(want.name)
        self._beginning = context
        log.info("sign-in by %s begins for %s", flow, want.caller)
        self._loop.run_in_token_thread(
            lambda: self._begin(want, context, flow, stale, is_typed=is_typed)
        )

    def attend(self, wants: dict[str, Want]) -> None:
        """Look after the open sign-in, and end it when its time is over."""
        if self._open is None:
            return
        if time.monotonic() >= self._next_look:
            self._next_look = time.monotonic() + _LOOK_SECONDS
            if self._has_good_token(self._open.context, self._open.stale):
                self._open.end(None)  # signed in elsewhere, such as with `aws sso login`
            elif not self._open.is_open():
                self._close(self._open)
                return
            self._open.expire_when_due()
        self._open.attend(wants)

    def take_over(self) -> None:
        """Go on with what a broker before us has left open."""
        self._take_over(mailbox.page_path(self._host_folder), OpenPage)
        if self._open is None:
            self._take_over(mailbox.code_path(self._session_folder), OpenCode)

    def cancel(self, begun_by: str) -> None:
        """End the open sign-in if it began for this want, whose person has changed their mind."""
        self._cancelled = begun_by
        if self._open is not None and self._open.sign_in.begun_by == begun_by:
            self._open.end(Refused("the sign-in was cancelled"))

    def token_refused(self, error: Unauthorized, context: SessionContext) -> CredentialProcessError:
        """Take note that the token of a sign-in was refused at once: the region or the start URL must be wrong."""
        session = context.session
        cooldown.record(
            self._session_folder, "the token was refused right after the sign-in", time.time()
        )
        return Unavailable(
            f"signed in, but {error.message}",
            hint=f"check {session.region_and_url}",
        )

    def clear(self) -> None:
        """Forget failed sign-ins: the service has just accepted a token."""
        if cooldown.read(self._session_folder) is not None:
            cooldown.clear(self._session_folder)

    def _is_for(self, context: SessionContext) -> bool:
        return self._beginning == context or (
            self._open is not None and self._open.context == context
        )

    def _close(self, flow: AnyFlow) -> None:
        """End a sign-in whose file was deleted: by a sign-out, or by a `login` that was typed on another host."""
        if elsewhere.find(self._host_folder, flow.context) is None:
            flow.end(signed_out(flow.context))
        else:
            self._replace(flow)
            self._done(flow.context, None)  # its callers wait for the other one

    def _ask_again(self, want: Want, context: SessionContext) -> None:
        """Show the open sign-in once more, or put another in its place if that is what is asked for."""
        flow = self._open
        if flow is None or flow.context != context:
            return
        is_another = want.flow not in {"", flow.sign_in.flow}
        if is_another or want.port or want.is_forced or not flow.is_here:
            policy.choose_flow(want, context, self._session_folder)  # or raise, with all as it was
            self._replace(flow)
        else:
            flow.invite_again()

    def _replace(self, flow: AnyFlow) -> None:
        log.info("the open sign-in is replaced")
        flow.retire()
        open_sign_in.remove(flow.path, flow.sign_in.id)
        self._open = None
        self._keep_answering(flow)

    def _has_good_token(self, context: SessionContext, stale: str) -> bool:
        signed_in = self._current(context)
        return signed_in is not None and signed_in.token.access_token != stale

    def _waits_elsewhere(self, want: Want, context: SessionContext, stale: str) -> bool:
        """Let a want wait for a sign-in that is open on another host, if there is one and we have none."""
        flow = None if self.is_busy else self._elsewhere(want, context, stale)
        self._open = flow or self._open
        return flow is not None

    def _elsewhere(self, want: Want, context: SessionContext, stale: str) -> AnyFlow | None:
        page = elsewhere.find(self._host_folder, context)
        if page is None:
            return None
        log.info("a sign-in is open on %s", page.host)
        flow = elsewhere.SignInElsewhere(
            self._host_folder, context, self._services, self._on_end, page
        )
        flow.stale = stale
        flow.begin(want)
        return flow

    def _begin(
        self, want: Want, context: SessionContext, flow_name: str, stale: str, *, is_typed: bool
    ) -> None:
        self._keep_answering(None)
        flow: AnyFlow | None = None
        failure: CredentialProcessError | None = None
        try:
            context.tokens.check_storable()
            with elsewhere.beginning(self._session_folder):
                if not self._has_good_token(context, stale):
                    other = None if is_typed else self._elsewhere(want, context, stale)
                    flow = other or self._begin_here(want, context, flow_name, stale)
        except CredentialProcessError as error:
            failure = error
        except OSError as error:
            failure = unwritable(error)
        self._loop.post(lambda: self._begun(context, flow, failure))

    def _begin_here(
        self, want: Want, context: SessionContext, flow_name: str, stale: str
    ) -> AnyFlow:
        flow = self._flow(flow_name, context, want.port)
        flow.stale = stale
        flow.begin(want)
        elsewhere.close(self._host_folder, context)
        return flow

    def _flow(self, name: str, context: SessionContext, port: int = 0) -> AnyFlow:
        # Most brokers never sign anybody in, and an HTTP server is a third of what they would import.
        if name == OpenCode.flow:
            from credential_process.broker.sign_in.device_code import DeviceCode

            return DeviceCode(
                self._session_folder,
                context,
                self._services,
                self._on_end,
                run_in_thread=self._loop.run_in_token_thread,
            )
        from credential_process.broker.sign_in.authorization_code import AuthorizationCode

        return AuthorizationCode(
            self._host_folder, context, self._services, self._on_end, port=port
        )

    def _take_over(self, path: str, kind: type[OpenPage | OpenCode]) -> None:
        left = open_sign_in.read(path, kind)
        if left is None:
            open_sign_in.remove(path)
            return
        sign_in, fields = left
        try:
            flow = self._flow(kind.flow, SessionContext.of(fields, self._session_folder))
            flow.take_over(sign_in)
        except CredentialProcessError as error:
            log.info("the open sign-in is not taken over: %s", error.message)
            cooldown.record(self._session_folder, error.message, min(sign_in.ends, time.time()))
            open_sign_in.remove(path)
            return
        log.info("the open sign-in is taken over")
        self._open = flow

    def _begun(
        self,
        context: SessionContext,
        flow: AnyFlow | None,
        failure: CredentialProcessError | None,
    ) -> None:
        self._beginning = None
        if flow is None:
            self._done(context, failure)
            return
        if flow.has_ended:
            return  # approved already
        self._open = flow
        if flow.sign_in.begun_by == self._cancelled:
            self.cancel(self._cancelled)

    def _on_end(self, flow: AnyFlow, failure: CredentialProcessError | None) -> None:
        self._loop.post(lambda: self._ended(flow, failure))

    def _ended(self, flow: AnyFlow, failure: CredentialProcessError | None) -> None:
        log.info("sign-in ended: %s", failure.message if failure else "signed in")
        self._gather()
        try:
            if not flow.is_here:
                pass  # the other host records it
            elif failure is None:
                cooldown.clear(self._session_folder)
            else:
                cooldown.record(self._session_folder, failure.message, time.time())
        except OSError as error:
            log.warning("the outcome cannot be written down: %s", error.strerror)
        open_sign_in.remove(flow.path, flow.sign_in.id)
        self._open = None
        self._keep_answering(flow)
        self._done(flow.context, failure)

    def _keep_answering(self, flow: AnyFlow | None) -> None:
        """Let the listener of the last sign-in stay: a browser that comes again reads what became of it."""
        if self._last is not None:
            self._last.close()
        self._last = flow
