"""The moments of a fault: the command that is called, and the state before it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

ROLES = "Developer", "Administrator"


@dataclass(frozen=True, slots=True)
class _Call:
    command: str
    session: str
    words: tuple[str, ...] = ()


class Moment(Enum):
    """One call, by its name in tables; each of those that need a token has a separate session."""

    WARM = "warm"
    STATUS = "`status`"
    CHECK = "`check`"
    CONFIGURE = "`configure`"
    COLD = "cold"
    RENEWAL = "renewal"
    FIRST = "first"
    LOGIN = "`login`"
    LOGOUT = "`logout`"

    @property
    def command(self) -> str:
        """The command of the product that is called."""
        return _CALLS[self].command

    @property
    def session(self) -> str:
        """Its SSO session."""
        return _CALLS[self].session

    @property
    def is_of_get(self) -> bool:
        """Return whether an SDK waits for it."""
        return self.command == "get"

    def words(self, account_id: str) -> tuple[str, ...]:
        """Return the arguments of the command."""
        return (*_CALLS[self].words, "--sso-session", self.session, *self._role(account_id))

    def _role(self, account_id: str) -> tuple[str, ...]:
        if not self.is_of_get and self is not Moment.CONFIGURE:
            return ()
        return ("--account-id", account_id, "--role-name", ROLES[self is Moment.COLD])


SIGNED_IN, EXPIRED, SIGNED_OUT, OTHER, LEAVING = "corp", "expired", "new", "other", "leaving"
SESSIONS = SIGNED_IN, EXPIRED, SIGNED_OUT, OTHER, LEAVING
_CALLS = {
    Moment.WARM: _Call("get", SIGNED_IN),
    Moment.STATUS: _Call("status", SIGNED_IN),
    Moment.CHECK: _Call("check", SIGNED_IN),
    Moment.CONFIGURE: _Call(
        "configure", SIGNED_IN, ("profile", "dev", "--region", "eu-west-1", "--yes")
    ),
    Moment.COLD: _Call("get", SIGNED_IN),
    Moment.RENEWAL: _Call("get", EXPIRED),
    Moment.FIRST: _Call("get", SIGNED_OUT),
    Moment.LOGIN: _Call("login", OTHER),
    Moment.LOGOUT: _Call("logout", LEAVING),
}
