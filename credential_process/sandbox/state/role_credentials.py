"""Role credentials that were issued, so that STS can check signatures made with them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .clock import Clock
    from .mint import Mint


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """Whom role credentials were issued to: the requested role, and the sign-in that gave access.

    ``session_id`` is that of the portal session, which is new after each sign-in; ``access_token``
    is the token of the request. Account access manager knows a role by its ARN, in a tenant.
    """

    start_url: str
    region: str
    user_name: str
    account_id: str
    role_name: str
    session_id: str = field(repr=False)
    access_token: str = field(repr=False)
    role_arn: str = ""
    tenant_id: str = ""


@dataclass(slots=True, kw_only=True)
class RoleCredentials:
    """Temporary credentials and their owner; ``role_name`` is that of the role in IAM."""

    access_key_id: str
    secret_access_key: str = field(repr=False)
    session_token: str = field(repr=False)
    account_id: str
    role_name: str
    user_name: str
    ends_at: float
    issued: Issued | None = None


class IssuedRoleCredentials:
    """Keep all role credentials of a sandbox; like AWS's, they survive a logout."""

    def __init__(self, clock: Clock, mint: Mint) -> None:
        self._clock = clock
        self._mint = mint
        self._by_access_key_id: dict[str, RoleCredentials] = {}

    def issue(
        self,
        *,
        account_id: str,
        role_name: str,
        user_name: str,
        seconds: int,
        issued: Issued | None = None,
    ) -> RoleCredentials:
        """Issue credentials for a role; ``issued`` is None for those from STS."""
        role_credentials = RoleCredentials(
            access_key_id=self._mint.access_key_id(),
            secret_access_key=self._mint.secret_access_key(),
            session_token=self._mint.session_token(),
            account_id=account_id,
            role_name=role_name,
            user_name=user_name,
            ends_at=int(self._clock.now()) + seconds,
            issued=issued,
        )
        self._by_access_key_id[role_credentials.access_key_id] = role_credentials
        return role_credentials

    def find(self, access_key_id: str) -> RoleCredentials | None:
        """Return the credentials with this access key id."""
        return self._by_access_key_id.get(access_key_id)

    def expire(self) -> None:
        """Expire all of them now."""
        for issued in self._by_access_key_id.values():
            issued.ends_at = self._clock.now()
