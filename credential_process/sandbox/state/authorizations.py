"""Authorization requests that wait for a person, and the codes that come out of them."""

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
    """What a client asked for at ``/authorize``; a person has not answered yet."""

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
    """A code that was handed out, bound to the request that it answers."""

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
        """Remember a request until a person answers it."""
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
        """Return an open request; raises PageError when it is gone, answered or too old."""
        request = self._open.get(authorization_id)
        if request is None or request.ends_at <= self._clock.now():
            raise PageError(
                "invalid_request", "This request has been answered already, or took too long."
            )
        return request

    def close(self, request: AuthorizationRequest) -> None:
        """Forget a request that was answered."""
        del self._open[request.authorization_id]

    def issue_code(
        self, request: AuthorizationRequest, session: PortalSession, seconds: int
    ) -> str:
        """Hand out the code for a request that a person allowed."""
        code = self._mint.authorization_code()
        self._codes[code] = AuthorizationCode(
            request=request, session=session, ends_at=self._clock.now() + seconds
        )
        return code

    def redeem(
        self, code: str, *, client_id: str, region: str, redirect_uri: str, code_verifier: str
    ) -> AuthorizationCode:
        """Take a code in, once, from the client that it was made for.

        Any attempt by that client uses the code up. Raises InvalidGrantException.
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
