"""Portal sessions: a sign-in starts one, and its tokens depend on it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .clock import Clock
    from .mint import Mint

COOKIE = "fake-portal-session"


@dataclass(slots=True, kw_only=True)
class PortalSession:
    """A user's session at the access portal; it expires, or ends by logout or revocation."""

    session_id: str = field(repr=False)
    user_name: str
    ends_at: float
    revoked: bool = False


class PortalSessions:
    """Keep the portal sessions of a sandbox by the value of the browser's cookie."""

    def __init__(self, clock: Clock, mint: Mint) -> None:
        self._clock = clock
        self._mint = mint
        self._by_id: dict[str, PortalSession] = {}

    def start(self, user_name: str, seconds: int) -> PortalSession:
        """Start a session for a user who has just signed in."""
        session = PortalSession(
            session_id=self._mint.opaque(32),
            user_name=user_name,
            ends_at=self._clock.now() + seconds,
        )
        self._by_id[session.session_id] = session
        return session

    def find(self, session_id: str | None) -> PortalSession | None:
        """Return the session with this id, if it is still valid."""
        session = self._by_id.get(session_id or "")
        return session if session and self.is_alive(session) else None

    def all(self) -> list[PortalSession]:
        """Return all sessions, oldest first."""
        return list(self._by_id.values())

    def is_alive(self, session: PortalSession) -> bool:
        """Return whether a session has neither expired nor been revoked."""
        return not session.revoked and self._clock.now() < session.ends_at

    def revoke(self, user_name: str | None = None) -> int:
        """Revoke the valid sessions of one user, or of all; return how many."""
        revoked = 0
        for session in self._by_id.values():
            if self.is_alive(session) and user_name in (None, session.user_name):
                session.revoked = True
                revoked += 1
        return revoked
