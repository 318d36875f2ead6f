"""Role credentials that were handed out, so that STS can check what was signed with them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .clock import Clock
    from .mint import Mint


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """Whose role credentials are: the role as it was asked for, and the sign-in behind the answer.

    ``session_id`` names the portal session, which is another one after each sign-in; ``access_token``
    is the token that the request was made with.
    """

    start_url: str
    region: str
    user_name: str
    account_id: str
    role_name: str
    session_id: str = field(repr=False)
    access_token: str = field(repr=False)


@dataclass(slots=True, kw_only=True)
class RoleCredentials:
    """Temporary credentials, and whose they are; `role_name` is that of the role in IAM."""

    access_key_id: str
    secret_access_key: str = field(repr=False)
    session_token: str = field(repr=False)
    account_id: str
    role_name: str
    user_name: str
    ends_at: float
    issued: Issued | None = None


class IssuedRoleCredentials:
    """Keep all role credentials of a sandbox; they survive a logout, as at AWS."""

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
        """Make new credentials for a role; ``issued`` is None for those of STS."""
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
        """Return the credentials that an access key id belongs to."""
        return self._by_access_key_id.get(access_key_id)

    def expire(self) -> None:
        """End all of them now."""
        for issued in self._by_access_key_id.values():
            issued.ends_at = self._clock.now()
