"""Find out in which accounts which permission sets are, with few requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from credential_process.administration.errors import NotFound, Unsupported

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from credential_process.administration.calls import Calls
    from credential_process.administration.instances import Instance
    from credential_process.administration.permission_sets import PermissionSets
    from credential_process.administration.workers import Workers

# So few that assignments are listed before all pairs are known.
_AHEAD = 10
Pair = tuple[str, str]


class Pairs:
    """The pairs (account id, permission set ARN) of an instance between which there may be assignments.

    Iterate once; `on_skip` is called with the reason why something was left out.
    """

    def __init__(
        self,
        calls: Calls,
        instance: Instance,
        workers: Workers,
        permission_sets: PermissionSets,
        on_skip: Callable[[str], None],
    ) -> None:
        self._calls = calls
        self._instance = instance
        self._workers = workers
        self._permission_sets = permission_sets
        self._on_skip = on_skip

    def find(
        self, accounts: Collection[str] | None, arns: Sequence[str] | None
    ) -> Iterator[list[Pair]]:
        """Yield lists of pairs as they are found; None means all accounts, or all permission sets.

        Costs one request for each account or for each hundred accounts of each permission set: whichever is less.
        """
        if accounts is not None and len(accounts) == 1:
            found = self._by_account(accounts)
        else:
            if arns is None:
                arns = self._all_arns()
            if accounts is not None and len(accounts) <= len(arns):
                found = self._by_account(accounts)
            else:
                found = self._by_permission_set(arns)
        wanted = None if arns is None else set(arns)
        for pairs in found:
            yield [
                (account, arn)
                for account, arn in pairs
                if (accounts is None or account in accounts) and (wanted is None or arn in wanted)
            ]

    def _all_arns(self) -> list[str]:
        try:
            return list(self._permission_sets.arns())
        except Unsupported as error:  # an instance of a single account has none
            self._on_skip(f"instance {self._instance.label}: {error.message}")
            return []

    def _by_account(self, accounts: Collection[str]) -> Iterator[list[Pair]]:
        found = self._workers.in_order(self._in_account, accounts, ahead=_AHEAD)
        for account, arns in zip(accounts, found, strict=True):
            yield [(account, arn) for arn in arns]

    def _by_permission_set(self, arns: Sequence[str]) -> Iterator[list[Pair]]:
        found = self._workers.in_order(self._with_permission_set, arns, ahead=_AHEAD)
        for arn, accounts in zip(arns, found, strict=True):
            yield [(account, arn) for account in accounts]

    def _in_account(self, account: str) -> list[str]:
        try:
            return self._pages(
                "ListPermissionSetsProvisionedToAccount", "PermissionSets", AccountId=account
            )
        except (NotFound, Unsupported) as error:
            self._on_skip(f"account {account}: {error.message}")
            return []

    def _with_permission_set(self, arn: str) -> list[str]:
        try:
            return self._pages(
                "ListAccountsForProvisionedPermissionSet", "AccountIds", PermissionSetArn=arn
            )
        except NotFound:
            return []  # deleted meanwhile, and with it all its assignments

    def _pages(self, operation: str, key: str, **parameters: str) -> list[str]:
        instance = self._instance
        return list(
            self._calls.pages(
                *("sso-admin", instance.region, operation, key),
                InstanceArn=instance.arn,
                **parameters,
            )
        )
