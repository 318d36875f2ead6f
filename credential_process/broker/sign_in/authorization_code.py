"""Sign in by authorization code with PKCE (RFC 6749 §4.1, RFC 7636, RFC 8252), in the browser that comes first.

The page that is opened is ours; it leads on to Identity Center, so `state` never stands in an argv. Its own
address does, where every user of the computer can read it. So only the browser that comes first gets `state`,
and a cookie without which the sign-in is not finished.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import secrets
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from credential_process.broker.sign_in import pages
from credential_process.broker.sign_in.flow import Flow, about
from credential_process.broker.sign_in.loopback import (
    NOT_FOUND,
    Listener,
    Reply,
    Visit,
)
from credential_process.broker.sign_in.openers import Openers
from credential_process.errors import (
    CredentialProcessError,
    Defect,
    InvalidClient,
    InvalidGrant,
    Refused,
    Unavailable,
    printable,
)
from credential_process.session.client_registration import ClientRegistrations
from credential_process.stores import mailbox
from credential_process.stores.open_sign_in import LONGEST_SECONDS, OpenPage

if TYPE_CHECKING:
    from credential_process.broker.sign_in.flow import OnEnd
    from credential_process.session.context import SessionContext
    from credential_process.session.service_clients import ServiceClients
    from credential_process.stores.want import Want


class AuthorizationCode(Flow[OpenPage]):
    """A sign-in with a listener that the browser comes back to; `port` 0 takes a free one."""

    def __init__(
        self,
        host_folder: str,
        context: SessionContext,
        services: ServiceClients,
        on_end: OnEnd,
        *,
        port: int = 0,
    ) -> None:
        path = mailbox.page_path(host_folder)
        super().__init__(
            path, context, services, ClientRegistrations(context, OpenPage.flow), on_end
        )
        self._port = port
        self._listener: Listener
        self._appointments = Openers(context)
        self._result: Reply | None = None
        self._may_register_again = True
        self._code_may_be_spent = False

    def begin(self, want: Want) -> None:
        """Register if need be, listen, and write the open sign-in down."""
        self._registration = self._registry.obtain(self._service)
        self._service.authorize_url()  # what is wrong with the way there must show before the page does
        self._listen(self._port)
        self.sign_in = OpenPage(
            **about(want, self.context),
            client_id=self._registration.client_id,
            port=self._listener.port,
        )
        self._store()

    def listen(self) -> None:
        """Listen where the browser will come back to."""
        self._code_may_be_spent = True
        self._listen(self.sign_in.port)

    def attend(self, wants: dict[str, Want]) -> None:
        """Appoint a want to open the page, until somebody has arrived."""
        if self.sign_in.arrived or self.has_ended:
            return  # looked at without the lock, which is held while a code is redeemed
        with self._changing:
            name = self._appointments.next(wants, self.sign_in.appointed)
            if name:
                self.sign_in = replace(
                    self.sign_in, appointed=name, appointment=secrets.token_hex(4)
                )
                with contextlib.suppress(OSError):
                    self._update()  # nobody opens it then: its address is told, and the next is asked

    def invite_again(self) -> None:
        """Let a caller be appointed once more; where the page was opened before, it has another address now.

        Others may know the old one and wait to come first.
        """
        with self._changing:
            if self.has_ended or not self.sign_in.arrived:
                self.sign_in = replace(self.sign_in, appointed="")
                return
            self.sign_in = self.sign_in.at_another_address()
            with contextlib.suppress(OSError):
                self._update()  # its first address still leads to who asks for what

    def close(self) -> None:
        """Stop listening."""
        self._listener.close()

    def _listen(self, port: int) -> None:
        try:
            self._listener = Listener(port, self._answer)
        except OSError as error:
            place = f"port {port} of 127.0.0.1" if port else "127.0.0.1"
            raise Unavailable(
                f"{place} cannot be listened on: {error.strerror}",
                hint="give another --port" if port else f"use a code: {self._login} --device-code",
            ) from None

    def _authorize_url(self) -> str:
        digest = hashlib.sha256(self.sign_in.verifier.encode()).digest()
        query = {
            "response_type": "code",
            "client_id": self.sign_in.client_id,
            "redirect_uri": self.sign_in.redirect_uri,
            "state": self.sign_in.state,
            "code_challenge_method": "S256",
            "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
            # Not RFC 6749's `scope`: this is what the AWS CLI sends.
            "scopes": " ".join(self.context.session.scopes),
        }
        return f"{self._service.authorize_url()}?{urlencode(query)}"

    def _answer(self, visit: Visit) -> Reply:
        if visit.path == "/oauth/callback":
            return self._come_back(visit)
        nonces = (self.sign_in.nonce, *self.sign_in.former.split())
        if any(_is_same(visit.path, f"/{nonce}") for nonce in nonces):
            return self._land(visit)
        return NOT_FOUND

    def _land(self, visit: Visit) -> Reply:
        with self._changing:
            if self.has_ended:
                return self._result or self._over()
            if self.sign_in.arrived or not _is_same(visit.path, f"/{self.sign_in.nonce}"):
                came_first = self._came_first(visit)
                return Reply(200, self._already_open() if came_first else self._open_elsewhere())
            self.sign_in = replace(self.sign_in, arrived="yes")
            lasts = f"Max-Age={LONGEST_SECONDS}; Path=/; HttpOnly; SameSite=Lax"
            return Reply(
                302,
                location=self._authorize_url(),
                cookie=f"{self.sign_in.cookie}; {lasts}",
                afterwards=self._note_arrival,
            )

    def _note_arrival(self) -> None:
        """Write down that the page was opened, once the browser has the cookie.

        If the broker died in between, the user could not go on in any browser.
        """
        with self._changing, contextlib.suppress(OSError):  # a full disk prevents no sign-in
            if not self.has_ended:
                self._update()

    def _came_first(self, visit: Visit) -> bool:
        """Tell whether it is the browser that came first; another program on 127.0.0.1 may have added cookies."""
        return any(_is_same(cookie, self.sign_in.cookie) for cookie in visit.cookies)

    def _come_back(self, visit: Visit) -> Reply:
        query = visit.query
        if not _is_same(query.get("state", ""), self.sign_in.state):
            # Whoever sent this does not know the state: it ends nothing, and the wait goes on.
            return _strange(query["error"]) if "error" in query else NOT_FOUND
        with self._changing:
            # A browser may come twice: the second time it reads what became of the first.
            if self.has_ended:
                return self._result or self._over()
            if not self._came_first(visit):
                return Reply(403, self._open_elsewhere())
            return self._conclude(query)

    def _conclude(self, query: dict[str, str]) -> Reply:
        if "error" in query:
            return self._end_denied(query)
        try:
            return self._redeem(query.get("code", ""))
        except CredentialProcessError as error:
            return self._finish(Reply(200, self._failure(error.message)), error)
        except Exception as error:  # noqa: BLE001  the code is spent: nothing may leave the sign-in open now
            defect = Defect(f"defect: {type(error).__name__} while the sign-in was finished")
            return self._finish(Reply(200, self._failure(defect.message)), defect)

    def _redeem(self, code: str) -> Reply:
        sign_in = self.sign_in
        try:
            grant = self._service.redeem_code(
                self._registration,
                code=code,
                redirect_uri=sign_in.redirect_uri,
                verifier=sign_in.verifier,
            )
        except InvalidClient:
            self._registry.forget()
            if not self._may_register_again:
                raise
            self._may_register_again = False
            return self._start_anew()
        except InvalidGrant:
            # The broker before us may have redeemed it, and died before it could store the answer.
            if not self._code_may_be_spent:
                raise
            self._code_may_be_spent = False
            return self._start_anew()
        self._store_tokens(grant)
        return self._finish(Reply(200, pages.signed_in(self.sign_in.rows)), None)

    def _start_anew(self) -> Reply:
        """Send the browser round again, with secrets of its own and a registration that is known."""
        self._registration = self._registry.obtain(self._service)
        self.sign_in = replace(
            self.sign_in,
            client_id=self._registration.client_id,
            state=secrets.token_hex(16),
            verifier=secrets.token_urlsafe(48),
        )
        self._update()
        return Reply(302, location=self._authorize_url())

    def _end_denied(self, query: dict[str, str]) -> Reply:
        text = printable(query.get("error_description") or query["error"])
        if query["error"] == "access_denied":
            message = "the sign-in was denied in the browser"
            page = self._failure(f"Access was denied. Identity Center says: {text}")
        else:
            message = f"the sign-in failed: {text}"
            page = self._failure(f"Identity Center says: {text}")
        return self._finish(Reply(200, page), Refused(message))

    def _failure(self, what: str) -> str:
        return pages.failed(self.sign_in.rows, what, self._login)

    def _already_open(self) -> str:
        # The service may have forgotten our registration, and says so only to the person.
        return pages.already_open(
            self.sign_in.rows, self._authorize_url(), f"{self._login} --force"
        )

    def _open_elsewhere(self) -> str:
        return pages.open_elsewhere(self.sign_in.rows, f"{self._login} --no-browser")

    def _over(self) -> Reply:
        return Reply(200, pages.over(self.sign_in.rows, self._login))

    @property
    def _login(self) -> str:
        return f"sso-credential-process login {self.context.session.options}"

    def _finish(self, reply: Reply, failure: CredentialProcessError | None) -> Reply:
        self._result = reply
        self.end(failure)
        return reply


def _is_same(given: str, ours: str) -> bool:
    """Compare with a secret, in a time that does not depend on where they differ."""
    return hmac.compare_digest(given.encode(), ours.encode())


def _strange(error: str) -> Reply:
    """Show an error that may be the service's or anybody's, to a person or anybody: nothing of ours is in it."""
    what = f"An answer came that belongs to no sign-in of ours. It says: {printable(error)}"
    return Reply(400, pages.failed({}, what, "sso-credential-process login"))
