"""The names of what is listed, each looked up once, by many threads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from credential_process.administration.errors import NoOrganization
from credential_process.administration.permission_sets import PermissionSets
from credential_process.administration.principals import Principals
from credential_process.administration.workers import Once

if TYPE_CHECKING:
    from collections.abc import Mapping

    from credential_process.administration.accounts import Accounts
    from credential_process.administration.calls import Calls
    from credential_process.administration.instances import Instance
    from credential_process.administration.workers import Workers

_MOST_DESCRIBED = 20  # as many as one page of the list has


class OutputNames:
    """Looks up names; those of accounts one by one, or with `many_accounts` from the list of all."""

    def __init__(
        self,
        calls: Calls,
        workers: Workers,
        accounts: Accounts,
        *,
        known_accounts: Mapping[str, str],
        many_accounts: bool,
    ) -> None:
        self._calls = calls
        self._workers = workers
        self._accounts = accounts
        self._known_accounts = known_accounts
        self._described: set[str] = set()
        self._once = Once()
        self._listing = workers.begin(self._all_accounts) if many_accounts else None

    @property
    def waits_for_list(self) -> bool:
        """Whether names of accounts come from the list of all, which workers should not wait for."""
        return self._listing is not None

    def account(self, account_id: str) -> str:
        """Return the name of an account, empty if it is not in the organization."""
        if self._listing is not None:
            return self._listing.result().get(account_id, "")
        if self._known_accounts.get(account_id):
            return self._known_accounts[account_id]
        if len(self._described) >= _MOST_DESCRIBED and account_id not in self._described:
            return self._once.get("accounts", self._all_accounts).get(account_id, "")
        self._described.add(account_id)
        return self._once.get(account_id, lambda: self._described_account(account_id))

    def permission_set(self, instance: Instance, arn: str) -> str:
        """Return the name of a permission set, empty if it was deleted meanwhile."""
        found = PermissionSets(self._calls, instance, self._workers)
        return self._once.get(arn, lambda: found.name(arn)) or ""

    def principal(self, instance: Instance, kind: str, principal_id: str) -> str | None:
        """Return the name of a USER or a GROUP; None if it was deleted."""
        key = (instance.identity_store_id, kind, principal_id)
        found = Principals(self._calls, instance, kind)
        return self._once.get(key, lambda: found.name(principal_id))

    def _all_accounts(self) -> dict[str, str]:
        try:
            return {account.id: account.name for account in self._accounts.all()}
        except NoOrganization:
            return {}

    def _described_account(self, account_id: str) -> str:
        try:
            return self._accounts.name(account_id) or ""
        except NoOrganization:
            return ""
