"""The pretend organisation: its accounts and roles, and the users assigned to them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_ACCOUNT_NAMES = (
    "Production", "Staging", "Development", "Security", "Log Archive", "Shared Services",
    "Network", "Data Lake",
)  # fmt: skip
_ROLE_NAMES = ("Administrator", "Developer", "ReadOnly")


@dataclass(frozen=True, slots=True)
class Account:
    """An account, and the names of the roles that are assigned in it.

    The real service sometimes omits a name or an email address; None does that here.
    """

    account_id: str
    name: str | None
    email: str | None
    roles: tuple[str, ...]


class Organisation:
    """All accounts and assignments; accounts given as a number are built on first use.

    Users may use every role, except those named in ``users``: they may use exactly the pairs of
    account id and role name listed for them.
    """

    def __init__(
        self,
        accounts: int | Sequence[Account],
        roles: int | Sequence[str],
        users: Mapping[str, Sequence[tuple[str, str]]] | None = None,
    ) -> None:
        self._wanted = accounts
        self._role_names = _role_names(roles) if isinstance(roles, int) else tuple(roles)
        self._users = {user_name: tuple(pairs) for user_name, pairs in (users or {}).items()}

    @cached_property
    def accounts(self) -> tuple[Account, ...]:
        """Return all accounts, in the order in which they are listed."""
        if not isinstance(self._wanted, int):
            return tuple(self._wanted)
        return tuple(_account(number, self._role_names) for number in range(1, self._wanted + 1))

    @cached_property
    def _by_id(self) -> dict[str, Account]:
        return {account.account_id: account for account in self.accounts}

    def accounts_of(self, user_name: str) -> Sequence[Account]:
        """Return the accounts in which this user has a role."""
        if user_name not in self._users:
            return self.accounts
        ids = {account_id for account_id, _ in self._users[user_name]}
        return [account for account in self.accounts if account.account_id in ids]

    def roles_of(self, user_name: str, account_id: str) -> Sequence[str]:
        """Return the names of the roles that this user may use in the account."""
        if user_name in self._users:
            pairs = self._users[user_name]
            return [role_name for account, role_name in pairs if account == account_id]
        account = self._by_id.get(account_id)
        return account.roles if account else ()

    def name_of(self, account_id: str) -> str | None:
        """Return the name of an account; None if there is no such account, or it has no name."""
        account = self._by_id.get(account_id)
        return account.name if account else None


def assumed_role_name(account_id: str, role_name: str) -> str:
    """Return the name of the IAM role that Identity Center creates for a role in an account."""
    suffix = hashlib.sha256(f"{account_id}/{role_name}".encode()).hexdigest()[:16]
    return f"AWSReservedSSO_{role_name}_{suffix}"


def _role_names(count: int) -> tuple[str, ...]:
    further = (f"Role-{number}" for number in range(len(_ROLE_NAMES) + 1, count + 1))
    return (*_ROLE_NAMES[:count], *further)


def _account(number: int, roles: tuple[str, ...]) -> Account:
    account_id = f"{111_122_220_000 + number:012d}"
    name = f"Workload {number:03d}"
    if number <= len(_ACCOUNT_NAMES):
        name = _ACCOUNT_NAMES[number - 1]
    email = f"aws+{name.lower().replace(' ', '-')}@example.com"
    return Account(account_id=account_id, name=name, email=email, roles=roles)
