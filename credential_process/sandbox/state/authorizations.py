"""Authorization requests that wait for the user, and the codes issued for them."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .service_errors import OidcError, PageError

if TYPE_CHECKING:
    from .clock import Clock
    from .mint import Mint
    from .portal_sessions import PortalSession
    from .registrations import ClientRegistration


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizationRequest:
    """A client's request at ``/authorize`` that the user has not answered yet."""

    authorization_id: str
    registration: ClientRegistration
    region: str
    redirect_uri: str
    scopes: tuple[str, ...]
    state: str | None = field(repr=False)
    code_challenge: str
    ends_at: float


@dataclass(slots=True, kw_only=True)
class AuthorizationCode:
    """A code that was issued, bound to its authorization request."""

    request: AuthorizationRequest
    session: PortalSession
    ends_at: float
    redeemed: bool = False


class Authorizations:
    """Keep the open authorization requests and the codes of a sandbox."""

    def __init__(self, clock: Clock, mint: Mint) -> None:
        self._clock = clock
        self._mint = mint
        self._open: dict[str, AuthorizationRequest] = {}
        self._codes: dict[str, AuthorizationCode] = {}

    def open(
        self,
        *,
        registration: ClientRegistration,
        region: str,
        redirect_uri: str,
        scopes: tuple[str, ...],
        state: str | None,
        code_challenge: str,
        seconds: int,
    ) -> AuthorizationRequest:
        """Store a request until the user answers it."""
        request = AuthorizationRequest(
            authorization_id=self._mint.opaque(),
            registration=registration,
            region=region,
            redirect_uri=redirect_uri,
            scopes=scopes,
            state=state,
            code_challenge=code_challenge,
            ends_at=self._clock.now() + seconds,
        )
        self._open[request.authorization_id] = request
        return request

    def find(self, authorization_id: str) -> AuthorizationRequest:
        """Return an open request; raises PageError if it is unknown, answered or expired."""
        request = self._open.get(authorization_id)
        if request is None or request.ends_at <= self._clock.now():
            raise PageError(
                "invalid_request", "This request has already been answered, or has expired."
            )
        return request

    def close(self, request: AuthorizationRequest) -> None:
        """Remove a request that was answered."""
        del self._open[request.authorization_id]

    def issue_code(
        self, request: AuthorizationRequest, session: PortalSession, seconds: int
    ) -> str:
        """Issue the code for a request that the user allowed."""
        code = self._mint.authorization_code()
        self._codes[code] = AuthorizationCode(
            request=request, session=session, ends_at=self._clock.now() + seconds
        )
        return code

    def redeem(
        self, code: str, *, client_id: str, region: str, redirect_uri: str, code_verifier: str
    ) -> AuthorizationCode:
        """Return the code's record, once, for the client that it was issued to.

        Any attempt by that client in that Region uses the code up. Raises InvalidGrantException.
        """
        found = self._codes.get(code)
        refusal = OidcError("InvalidGrantException", "Invalid grant provided")
        if found is None or found.request.registration.client_id != client_id:
            raise refusal
        if found.request.region != region:
            raise refusal
        usable = not found.redeemed and self._clock.now() < found.ends_at
        found.redeemed = True
        challenge = hashlib.sha256(code_verifier.encode()).digest()
        expected = base64.urlsafe_b64encode(challenge).rstrip(b"=")
        proven = hmac.compare_digest(expected, found.request.code_challenge.encode())
        if not (usable and proven and redirect_uri == found.request.redirect_uri):
            raise refusal
        return found

    def expire_codes(self) -> None:
        """End every code now."""
        for code in self._codes.values():
            code.ends_at = self._clock.now()
