"""Make the flow of a sign-in: begun here, open on another host, or left open by the broker before."""

from __future__ import annotations

import logging
import math
import time
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from credential_process.broker.sign_in import other_host
from credential_process.broker.sign_in.flow import BEGIN_SECONDS
from credential_process.errors import CredentialProcessError, unusable
from credential_process.session.context import SessionContext
from credential_process.stores import cooldown, mailbox, open_sign_in
from credential_process.stores.authorization_code_sign_in import AuthorizationCodeSignIn
from credential_process.stores.device_code_sign_in import DeviceCodeSignIn

if TYPE_CHECKING:
    from credential_process.broker.context import BrokerContext
    from credential_process.broker.sign_in.flow import Flow, OnEnd
    from credential_process.broker.token_refresh import TokenRefresher
    from credential_process.stores.want import Want

AnyFlow: TypeAlias = "Flow[Any]"

log = logging.getLogger(__name__)


class Start(NamedTuple):
    """A sign-in to begin for a want, by the flow with the name `flow`.

    `stale` is an access token that is valid, but not enough for the want. `is_typed` is whether the user asked for a
    sign-in on this host, wherever one is open.
    """

    want: Want
    context: SessionContext
    flow: str
    stale: str
    is_typed: bool


class FlowFactory:
    """Makes flows, which call `on_end` when they end."""

    def __init__(self, broker: BrokerContext, refresher: TokenRefresher, on_end: OnEnd) -> None:
        self._broker = broker
        self._refresher = refresher
        self._on_end = on_end

    def begin(self, start: Start) -> AnyFlow | None:
        """Return the sign-in that a want waits for, on a thread of its own; None if there is a good token meanwhile.

        Raises why it cannot begin.
        """
        start.context.tokens.check_storable()
        try:
            with other_host.beginning(self._broker.session_folder):
                return self._begin(start)
        except OSError as error:
            raise unusable("the sign-in cannot be stored", error) from None

    def on_other_host(self, want: Want, context: SessionContext, *, stale: str) -> AnyFlow | None:
        """Return the sign-in that is open on another host, if there is one."""
        page = other_host.find(self._broker.host_folder, context)
        if page is None:
            return None
        log.info("a sign-in is open on %s", page.host)
        flow = other_host.OtherHostFlow(self._broker, context, self._on_end, page)
        flow.stale = stale
        flow.begin(want, math.inf)  # without a request
        return flow

    def take_over(self) -> AnyFlow | None:
        """Return the sign-in that a broker before this one left open, if it can be continued."""
        page = mailbox.page_path(self._broker.host_folder)
        code = mailbox.code_path(self._broker.session_folder)
        return self._take_over(page, AuthorizationCodeSignIn) or self._take_over(
            code, DeviceCodeSignIn
        )

    def _begin(self, start: Start) -> AnyFlow | None:
        want, context, stale = start.want, start.context, start.stale
        flow: AnyFlow | None = None
        deadline = math.inf
        while not self._refresher.has_token_but(stale, context):
            other = None if start.is_typed else self.on_other_host(want, context, stale=stale)
            if other is not None:
                return other
            if flow is not None:
                flow.begin(want, deadline)
                # In place of pages that are open on other hosts.
                other_host.close(self._broker.host_folder, context)
                return flow
            flow = self._new(start.flow, context, port=want.port)
            flow.stale = stale
            deadline = time.monotonic() + BEGIN_SECONDS
            # This may take longer than another host waits for the lock, so the loop looks for a sign-in there again.
            flow.prepare(deadline)
        return None

    def _take_over(
        self, path: str, kind: type[AuthorizationCodeSignIn | DeviceCodeSignIn]
    ) -> AnyFlow | None:
        left = open_sign_in.read(path, kind)
        if left is None:
            open_sign_in.remove(path)
            return None
        sign_in, fields = left
        folder = self._broker.session_folder
        try:
            flow = self._new(kind.flow, SessionContext.of(fields, folder))
            flow.take_over(sign_in)
        except CredentialProcessError as error:
            log.info("the open sign-in is not taken over: %s", error.message)
            cooldown.record(folder, error.message, min(sign_in.ends_at, time.time()))
            open_sign_in.remove(path)
            return None
        log.info("the open sign-in is taken over")
        return flow

    def _new(self, name: str, context: SessionContext, *, port: int = 0) -> AnyFlow:
        # Imported here: most brokers never sign a user in, and an HTTP server is a third of what they would import.
        if name == DeviceCodeSignIn.flow:
            from credential_process.broker.sign_in.device_code import DeviceCodeFlow

            return DeviceCodeFlow(self._broker, context, self._on_end)
        from credential_process.broker.sign_in.authorization_code import AuthorizationCodeFlow

        return AuthorizationCodeFlow(self._broker, context, self._on_end, port=port)
