"""Sign in by authorization code with PKCE (RFC 6749 §4.1, RFC 7636, RFC 8252), in whatever browser comes.

The page that is opened is ours; it leads on to Identity Center, so `state` never stands in an argv.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import secrets
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from credential_process.errors import (
    CredentialProcessError,
    Defect,
    InvalidClient,
    InvalidGrant,
    Refused,
    SignInNeeded,
    Unavailable,
    printable,
)
from credential_process.sign_in import open_sign_in, pages
from credential_process.sign_in.loopback import NOT_FOUND, Listener, Reply
from credential_process.sign_in.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Callable

    from credential_process.identity_center import IdentityCenter
    from credential_process.origin import Origin, Services
    from credential_process.sign_in.open_sign_in import OpenSignIn
    from credential_process.token_cache import Registration


class AuthorizationCode:
    """One open sign-in with its listener; `on_end` is called once, with the failure or None, from any thread."""

    def __init__(
        self,
        host_folder: str,
        origin: Origin,
        services: Services,
        on_end: Callable[[AuthorizationCode, CredentialProcessError | None], None],
    ) -> None:
        self.origin = origin
        self.sign_in: OpenSignIn
        self._host_folder = host_folder
        self._services = services
        self._registry = Registry(origin)
        self._registration: Registration
        self._listener: Listener
        self._on_end = on_end
        self._changing = threading.RLock()
        self._result: Reply | None = None
        self._clock_ends = time.monotonic() + open_sign_in.LONGEST_SECONDS
        self._may_register_again = True
        self._code_may_be_spent = False

    def begin(self, *, asker: str, account: str, role: str) -> None:
        """Register if need be, listen, and write the open sign-in down; raises ours, with nothing begun then."""
        self._registration = self._registry.obtain(self._service)
        self._service.authorize_url()  # what is wrong with the way there must show before the page does
        try:
            self._listener = Listener(0, self._answer)
        except OSError as error:
            raise Unavailable(
                f"no port on 127.0.0.1 can be listened on: {error.strerror}"
            ) from None
        self.sign_in = open_sign_in.new(
            asker=asker,
            account=account,
            role=role,
            label=self.origin.session.label,
            client_id=self._registration.client_id,
            port=self._listener.port,
        )
        self._store()

    def take_over(self, sign_in: OpenSignIn) -> None:
        """Go on with the sign-in of a broker that died; `Unavailable` if its port or registration is gone."""
        if sign_in.has_ended(time.time()):
            raise SignInNeeded("nobody finished the last sign-in")
        registration = self._registry.read()
        if registration is None or registration.client_id != sign_in.client_id:
            raise Unavailable("the client registration of the open sign-in is gone")
        self._registration = registration
        self._code_may_be_spent = True
        self.sign_in = sign_in
        self._clock_ends = time.monotonic() + max(0, sign_in.ends - time.time())
        try:
            self._listener = Listener(sign_in.port, self._answer)
        except OSError:
            raise Unavailable(f"port {sign_in.port} of the open sign-in is taken") from None

    def appoint(self, want: str) -> None:
        """Write down which want shall open the page; raises `OSError`."""
        with self._changing:
            self.sign_in = replace(self.sign_in, appointed=want, appointment=secrets.token_hex(4))
            self._store()

    def invite_again(self) -> None:
        """Forget that the page was opened, so that a caller is appointed once more."""
        with self._changing:
            self.sign_in = replace(self.sign_in, appointed="", arrived="")

    def expire_when_due(self) -> None:
        """End the sign-in when its time is over, by the wall clock or by ours, whatever is first."""
        if time.monotonic() >= self._clock_ends or self.sign_in.has_ended(time.time()):
            with self._changing:
                if self._result is None:
                    # The service may have forgotten the client, and shown that in the browser, not to us.
                    self._registry.forget()
                    unfinished = SignInNeeded("nobody finished the sign-in within ten minutes")
                    self._end(Reply(200, pages.over()), unfinished)

    def end_as_signed_in(self) -> None:
        """End it because somebody has signed in elsewhere, such as with `aws sso login`."""
        with self._changing:
            if self._result is None:
                self._end(Reply(200, pages.over()), None)

    def close(self) -> None:
        """Stop listening."""
        self._listener.close()

    def _store(self) -> None:
        open_sign_in.store(self._host_folder, self.sign_in, dict(self.origin.fields))

    @property
    def _service(self) -> IdentityCenter:
        # Looked up when needed: who takes over listens at once, and imports botocore afterwards.
        return self._services.at(self.origin)

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
            "scopes": " ".join(self.origin.session.scopes),
        }
        return f"{self._service.authorize_url()}?{urlencode(query)}"

    def _answer(self, path: str, query: dict[str, str]) -> Reply:
        if hmac.compare_digest(path.encode(), f"/{self.sign_in.nonce}".encode()):
            return self._land()
        if path == "/oauth/callback":
            return self._come_back(query)
        return NOT_FOUND

    def _land(self) -> Reply:
        with self._changing:
            if self._result is not None:
                return Reply(200, pages.over())
            if self.sign_in.arrived:
                return Reply(200, pages.already_open(self.sign_in.rows, self._authorize_url()))
            self.sign_in = replace(self.sign_in, arrived="yes")
            with contextlib.suppress(OSError):
                self._store()  # a full disk shall not keep anybody from signing in
            return Reply(302, location=self._authorize_url())

    def _come_back(self, query: dict[str, str]) -> Reply:
        is_ours = hmac.compare_digest(query.get("state", "").encode(), self.sign_in.state.encode())
        if not is_ours:
            # Whoever sent this does not know the state: it ends nothing, and the wait goes on.
            if "error" in query:
                return Reply(
                    400, self._failure(f"Identity Center says: {printable(query['error'])}")
                )
            return NOT_FOUND
        with self._changing:
            # A browser may come twice: the second time it reads what became of the first.
            return self._result or self._conclude(query)

    def _conclude(self, query: dict[str, str]) -> Reply:
        if "error" in query:
            return self._end_denied(query)
        try:
            return self._redeem(query.get("code", ""))
        except CredentialProcessError as error:
            return self._end(Reply(200, self._failure(error.message)), error)
        except Exception as error:  # noqa: BLE001  the code is spent: nothing may leave the sign-in open now
            defect = Defect(f"defect: {type(error).__name__} while the sign-in was finished")
            return self._end(Reply(200, self._failure(defect.message)), defect)

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
        self.origin.tokens.begin(grant, self._registration)
        return self._end(Reply(200, pages.signed_in(self.sign_in.rows)), None)

    def _start_anew(self) -> Reply:
        """Send the browser round again, with secrets of its own and a registration that is known."""
        self._registration = self._registry.obtain(self._service)
        fresh = open_sign_in.new(
            asker=self.sign_in.asker,
            account=self.sign_in.account,
            role=self.sign_in.role,
            label=self.sign_in.label,
            client_id=self._registration.client_id,
            port=self.sign_in.port,
        )
        self.sign_in = replace(fresh, id=self.sign_in.id, ends=self.sign_in.ends, arrived="yes")
        self._store()
        return Reply(302, location=self._authorize_url())

    def _end_denied(self, query: dict[str, str]) -> Reply:
        text = printable(query.get("error_description") or query["error"])
        if query["error"] == "access_denied":
            message = "the sign-in was denied in the browser"
            page = self._failure(f"Access was denied. Identity Center says: {text}")
        else:
            message = f"the sign-in failed: {text}"
            page = self._failure(f"Identity Center says: {text}")
        return self._end(Reply(200, page), Refused(message))

    def _failure(self, what: str) -> str:
        return pages.failed(
            self.sign_in.rows, what, f"sso-credential-process login {self.origin.session.options}"
        )

    def _end(self, reply: Reply, failure: CredentialProcessError | None) -> Reply:
        self._result = reply
        self._on_end(self, failure)
        return reply
