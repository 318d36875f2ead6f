"""A sign-in with a page on this computer (RFC 8252): which caller opens it, and which browser may finish it.

A caller opens a local page, which leads on to Identity Center, so that `state` is never in the arguments of a
process. The address of the page does appear there, and every user of the computer can read it. So only the first
browser gets `state`, and a cookie without which the sign-in cannot be finished.
"""

from __future__ import annotations

import contextlib
import secrets
import threading
import time
from abc import abstractmethod
from typing import TYPE_CHECKING

from credential_process.broker.sign_in.flow import Flow
from credential_process.broker.sign_in.loopback import (
    NOT_FOUND,
    Listener,
    Reply,
    Visit,
)
from credential_process.broker.sign_in.openers import Openers
from credential_process.broker.sign_in.pages import SignInPages
from credential_process.errors import Unavailable, printable
from credential_process.stores import mailbox
from credential_process.stores.authorization_code_sign_in import AuthorizationCodeSignIn
from credential_process.stores.open_sign_in import LONGEST_SECONDS

if TYPE_CHECKING:
    from credential_process.broker.context import BrokerContext
    from credential_process.broker.sign_in.flow import OnEnd
    from credential_process.errors import CredentialProcessError
    from credential_process.session.context import SessionContext
    from credential_process.stores.want import Want

# How long the listener stays at least for a browser that was redirected to the page with the result.
_RESULT_SECONDS = 10


class PageFlow(Flow[AuthorizationCodeSignIn]):
    """Serves the page of a sign-in, and the address that the browser returns to."""

    def __init__(self, broker: BrokerContext, context: SessionContext, on_end: OnEnd) -> None:
        path = mailbox.page_path(broker.host_folder)
        super().__init__(path, AuthorizationCodeSignIn.flow, broker, context, on_end)
        self._listener: Listener
        self._openers = Openers(context)
        self._result: Reply | None = None
        self._result_seen = threading.Event()
        self._result_until = 0.0
        # Held during requests, so not by the broker's own thread.
        self._concluding = threading.Lock()

    @abstractmethod
    def authorize_url(self) -> str:
        """Return the address at Identity Center that the page leads on to."""

    @abstractmethod
    def conclude(self, query: dict[str, str]) -> Reply:
        """Return the reply to the first browser, which has returned with this query and the right state."""

    def attend(self, wants: dict[str, Want]) -> None:
        """Choose the caller that opens the page, as long as no browser has arrived."""
        if self.sign_in.arrived or self.has_ended:
            return
        with self._changing:
            name = self._openers.next(wants, self.sign_in.opener)
            if name:
                self.sign_in = self.sign_in.changed(opener=name, opening=secrets.token_hex(4))
                with contextlib.suppress(OSError):
                    # If it fails, no caller opens the page: its address is shown, and another caller is chosen.
                    self._update()

    def invite_again(self) -> None:
        """Let a caller open the page again, at a new address if a browser has opened the old one.

        Another user may have read the old address, and wait to open it first.
        """
        with self._changing:
            if self.has_ended or not self.sign_in.arrived:
                self.sign_in = self.sign_in.changed(opener="")
                return
            self.sign_in = self.sign_in.at_another_address()
            with contextlib.suppress(OSError):
                self._update()  # if it fails, the old address still shows who asks for what

    def expire_when_due(self) -> None:
        """End it when its time is over, but not while tokens are requested after the user has returned."""
        if not self._concluding.locked():
            super().expire_when_due()

    @property
    def is_showing_result(self) -> bool:
        """Whether a browser was redirected to the page with the result, and has not loaded it yet."""
        return time.monotonic() < self._result_until and not self._result_seen.is_set()

    def wait_until_result_is_seen(self) -> None:
        """Wait until the page with the result is loaded, if a browser was redirected to it, for seconds at most."""
        if self.is_showing_result:
            self._result_seen.wait(_RESULT_SECONDS)

    def close(self) -> None:
        """Stop listening."""
        self._listener.close()

    def _listen(self, port: int) -> None:
        try:
            self._listener = Listener(port, self._answer)
        except OSError as error:
            by_code = f"run: {self.context.login_command} --device-code"
            place = f"port {port} of 127.0.0.1" if port else "127.0.0.1"
            raise Unavailable(
                f"cannot listen on {place}: {error.strerror}",
                hint="give another --port" if port else by_code,
            ) from None

    def _answer(self, visit: Visit) -> Reply:
        if visit.path == "/oauth/callback":
            return self._come_back(visit)
        if self.sign_in.has_address(visit.path):
            return self._land(visit)
        return NOT_FOUND

    def _land(self, visit: Visit) -> Reply:
        authorize_url = self.authorize_url()
        with self._changing:
            if self.has_ended:
                return self._shown_result()._replace(afterwards=self._result_seen.set)
            if self.sign_in.arrived or not self.sign_in.has_present_address(visit.path):
                return Reply(200, self._open_page(visit, authorize_url))
            self.sign_in = self.sign_in.changed(arrived="yes")
            attributes = f"Max-Age={LONGEST_SECONDS}; Path=/; HttpOnly; SameSite=Lax"
            return Reply(
                302,
                location=authorize_url,
                cookie=f"{self.sign_in.cookie}; {attributes}",
                afterwards=self._note_arrival,
            )

    def _note_arrival(self) -> None:
        """Record that the page was opened, once the browser has the cookie.

        If it were recorded before and the broker died in between, the user could not continue in any browser.
        """
        with contextlib.suppress(OSError):  # a full disk does not prevent the sign-in
            self._update()

    def _open_page(self, visit: Visit, authorize_url: str) -> str:
        if self.sign_in.was_opened_with(visit.cookies):
            return self._pages.already_open(authorize_url)
        return self._pages.open_elsewhere()

    def _come_back(self, visit: Visit) -> Reply:
        query = visit.query
        if not self.sign_in.has_state(query.get("state", "")):
            # Not a response to the request of this sign-in, which stays open.
            return _strange(query["error"]) if "error" in query else NOT_FOUND
        with self._concluding:
            if self.has_ended:
                return self._redirect_to_result()
            if not self.sign_in.was_opened_with(visit.cookies):
                return Reply(403, self._pages.open_elsewhere())
            return self.conclude(query)

    def _finish(self, page: str, failure: CredentialProcessError | None) -> Reply:
        with self._changing:
            if failure is None or not self.has_ended:
                self._result = Reply(200, page)
            # Before the end, after which the listener may be closed.
            redirect = self._redirect_to_result()
            self.end(failure)
        return redirect

    def _redirect_to_result(self) -> Reply:
        """Return a redirect to the page, so that code and state are not in the address bar or the history."""
        self._result_seen.clear()
        self._result_until = time.monotonic() + _RESULT_SECONDS
        return Reply(303, location=self.sign_in.url)

    def _shown_result(self) -> Reply:
        """Return the page that shows how the sign-in ended, for a browser that returns later."""
        return self._result or Reply(200, self._pages.over())

    @property
    def _pages(self) -> SignInPages:
        return SignInPages(self.sign_in.rows, self.context.login_command)


def _strange(error: str) -> Reply:
    """Return a page for an error from a callback without the state, which is untrusted: it reveals nothing."""
    what = f"This response does not belong to an open sign-in. Its error: {printable(error)}"
    return Reply(400, SignInPages({}, "sso-credential-process login").failed(what))
