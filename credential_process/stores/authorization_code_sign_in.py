"""An open sign-in by authorization code: its page on this computer, and the secrets that bind it to one browser."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from typing import TYPE_CHECKING, Any, ClassVar

from credential_process.stores.open_sign_in import OpenSignIn

if TYPE_CHECKING:
    from collections.abc import Iterable

_MOST_FORMER = 4


class AuthorizationCodeSignIn(OpenSignIn):
    """A landing page on this computer, with a 128-bit nonce and state, and a verifier (RFC 7636 §4.1).

    `opener` is the want whose caller opens the page now, and `opening` is new each time one is chosen. `arrived` is set
    once a browser has opened the page; `visitor` is the value of its cookie. `former` are the nonces of old addresses.
    """

    __slots__ = (
        *("port", "nonce", "state", "verifier", "visitor", "former"),
        *("opener", "opening", "arrived"),
    )

    flow: ClassVar[str] = "authorization_code"

    port: int
    nonce: str
    state: str
    verifier: str
    visitor: str
    former: str
    opener: str
    opening: str
    arrived: str

    @classmethod
    def _new(cls) -> dict[str, Any]:
        return {
            **super()._new(),
            "nonce": secrets.token_hex(16),
            "state": secrets.token_hex(16),
            "verifier": secrets.token_urlsafe(48),
            "visitor": secrets.token_hex(16),
            **dict.fromkeys(("former", "opener", "opening", "arrived"), ""),
        }

    @property
    def url(self) -> str:
        """The address of the landing page, which leads on to Identity Center."""
        return f"http://127.0.0.1:{self.port}/{self.nonce}"

    @property
    def redirect_uri(self) -> str:
        """The address that the browser returns to."""
        return f"http://127.0.0.1:{self.port}/oauth/callback"

    @property
    def cookie(self) -> str:
        """The cookie of the browser that has opened the page, named by port: ports of a host share cookies."""
        return f"sso-credential-process-{self.port}={self.visitor}"

    @property
    def code_challenge(self) -> str:
        """The challenge of the verifier by the method S256 (RFC 7636 §4.2)."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")

    def has_address(self, path: str) -> bool:
        """Return whether this is the path of the landing page, at its present or a former address."""
        nonces = (self.nonce, *self.former.split())
        return any(_is_same(path, f"/{nonce}") for nonce in nonces)

    def has_present_address(self, path: str) -> bool:
        """Return whether this is the path of the landing page at its present address."""
        return _is_same(path, f"/{self.nonce}")

    def has_state(self, state: str) -> bool:
        """Return whether this is the `state` that was sent to Identity Center and must come back."""
        return _is_same(state, self.state)

    def was_opened_with(self, cookies: Iterable[str]) -> bool:
        """Return whether these are cookies of the browser that opened the page first, among those of others."""
        return any(_is_same(cookie, self.cookie) for cookie in cookies)

    def at_another_address(self) -> AuthorizationCodeSignIn:
        """Return the same sign-in at a new address, so that its page can be opened again."""
        former = (*self.former.split(), self.nonce)[-_MOST_FORMER:]
        return self.changed(
            id=secrets.token_hex(8),
            nonce=secrets.token_hex(16),
            former=" ".join(former),
            opener="",
            arrived="",
        )

    def with_new_request(self, client_id: str) -> AuthorizationCodeSignIn:
        """Return the same sign-in with the secrets of another authorization request, by this client."""
        return self.changed(
            client_id=client_id,
            state=secrets.token_hex(16),
            verifier=secrets.token_urlsafe(48),
        )


def _is_same(given: str, secret: str) -> bool:
    """Compare with a secret in constant time."""
    return hmac.compare_digest(given.encode(), secret.encode())
