"""Sign in by authorization code with PKCE (RFC 6749 §4.1, RFC 7636), through a page on this computer."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from credential_process.broker.sign_in.flow import DENIED, about
from credential_process.broker.sign_in.loopback import Reply
from credential_process.broker.sign_in.page_flow import PageFlow
from credential_process.errors import (
    CredentialProcessError,
    Defect,
    InvalidClient,
    InvalidGrant,
    Refused,
    printable,
)
from credential_process.stores.authorization_code_sign_in import AuthorizationCodeSignIn

if TYPE_CHECKING:
    from credential_process.broker.context import BrokerContext
    from credential_process.broker.sign_in.flow import OnEnd
    from credential_process.session.context import SessionContext
    from credential_process.stores.want import Want


class AuthorizationCodeFlow(PageFlow):
    """Requests an authorization code and redeems it; `port` is the one to listen on, 0 for any that is free."""

    def __init__(
        self, broker: BrokerContext, context: SessionContext, on_end: OnEnd, *, port: int = 0
    ) -> None:
        super().__init__(broker, context, on_end)
        self._port = port
        self._may_register_again = True
        self._code_may_be_spent = False

    def prepare(self, deadline: float) -> None:
        """Register the client if necessary."""
        self._registration = self._registrations.obtain(self._service, deadline)
        self._service.authorize_url()  # fails now, rather than once the page is open

    def begin(self, want: Want, deadline: float) -> None:  # noqa: ARG002  what it needs is prepared
        """Listen, and store the open sign-in."""
        self._listen(self._port)
        self.sign_in = AuthorizationCodeSignIn(
            **about(want, self.context),
            client_id=self._registration.client_id,
            port=self._listener.port,
        )
        self._store()

    def listen(self) -> None:
        """Listen again at the address that the browser will return to."""
        self._code_may_be_spent = True
        self._listen(self.sign_in.port)

    def authorize_url(self) -> str:
        """Return the address of the authorization request."""
        query = {
            "response_type": "code",
            "client_id": self.sign_in.client_id,
            "redirect_uri": self.sign_in.redirect_uri,
            "state": self.sign_in.state,
            "code_challenge_method": "S256",
            "code_challenge": self.sign_in.code_challenge,
            # Not RFC 6749's `scope`: this is what the AWS CLI sends.
            "scopes": " ".join(self.context.session.scopes),
        }
        return f"{self._service.authorize_url()}?{urlencode(query)}"

    def conclude(self, query: dict[str, str]) -> Reply:
        """Redeem the code, or end the sign-in with the error in its place."""
        if "error" in query:
            return self._end_denied(query)
        try:
            return self._redeem(query.get("code", ""))
        except CredentialProcessError as error:
            return self._finish(self._pages.failed(error.message), error)
        except Exception as error:  # noqa: BLE001  the code is spent: nothing may leave the sign-in open now
            defect = Defect(f"defect: {type(error).__name__} while the sign-in was finished")
            return self._finish(self._pages.failed(defect.message), defect)

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
            self._registrations.forget()
            if not self._may_register_again:
                raise
            self._may_register_again = False
            return self._request_again()
        except InvalidGrant:
            # The broker before this one may have redeemed it, and died before it could store the tokens.
            if not self._code_may_be_spent:
                raise
            self._code_may_be_spent = False
            return self._request_again()
        self._store_tokens(grant)
        return self._finish(self._pages.signed_in(), None)

    def _request_again(self) -> Reply:
        """Send the browser to Identity Center again, with new secrets and a registration that is known there."""
        self._registration = self._registrations.obtain(self._service)
        with self._changing:
            self.sign_in = self.sign_in.with_new_request(self._registration.client_id)
            self._update()
        return Reply(302, location=self.authorize_url())

    def _end_denied(self, query: dict[str, str]) -> Reply:
        description = printable(query.get("error_description", ""))
        if query["error"] == "access_denied":
            shown = f"Access was denied. {description}".strip()
            return self._finish(self._pages.failed(shown), Refused(DENIED))
        reason = description or printable(query["error"])
        failure = Refused(f"the sign-in failed: {reason}")
        return self._finish(self._pages.failed(f"IAM Identity Center reports: {reason}"), failure)
