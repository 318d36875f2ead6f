"""List the assignments of permission sets in accounts to users and groups, one by one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from credential_process.administration import chosen
from credential_process.administration.account_assignment import AccountAssignment
from credential_process.administration.errors import NotFound, Unsupported
from credential_process.administration.listing import Listing
from credential_process.administration.pairs import Pairs
from credential_process.administration.permission_sets import PermissionSets

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from credential_process.administration.calls import Calls
    from credential_process.administration.instances import Instance
    from credential_process.administration.output_names import OutputNames
    from credential_process.administration.selection import AssignmentSelection

    Raw = dict[str, str]
    Parameters = dict[str, object]


class Assignments(Listing[AccountAssignment, "AssignmentSelection"]):
    """The assignments that a selection asks for.

    Skipped is what was deleted or closed while the list was made. `through_groups` are those that chosen users have
    through groups, if they were not asked for.
    """

    def __init__(
        self, calls: Calls, instances: Sequence[Instance], selection: AssignmentSelection
    ) -> None:
        super().__init__(calls, instances[0].region, selection)
        self._instances = instances
        self.through_groups: list[Raw] = []

    def _listed(self) -> Iterator[AccountAssignment]:
        asked = (self._calls, self._workers, self._instances, self._selection)
        principals = chosen.principals(*asked)
        permission_sets = chosen.permission_sets(*asked)
        accounts = self._selection.chosen_accounts(self._accounts, self._workers)
        are_many = accounts is None and not self._selection.has_principals
        names = self._names(accounts, many_accounts=are_many)
        for instance in self._instances:
            wanted = Wanted(
                accounts,
                permission_sets.get(instance.arn, []) if self._selection.permission_sets else None,
                principals.get(instance.arn, []) if self._selection.has_principals else None,
            )
            yield from self._in_instance(instance, wanted, names)

    def _in_instance(
        self, instance: Instance, wanted: Wanted, names: OutputNames | None
    ) -> Iterator[AccountAssignment]:
        by_pair = wanted.principals is None
        operation = "ListAccountAssignments" + ("" if by_pair else "ForPrincipal")
        requests = self._pairs(instance, wanted) if by_pair else self._principals(wanted)

        def ask(parameters: Parameters) -> list[AccountAssignment]:
            kept = filter(wanted.includes, self._asked(instance, operation, parameters))
            return [_named(raw, instance, names) for raw in self._direct(wanted, kept)]

        seen: set[AccountAssignment] = set()
        for listed in self._workers.in_order(ask, requests):
            self._answered()
            for assignment in _with_accounts(listed, names):
                # Two users may have the same through a group.
                if by_pair or assignment not in seen:
                    yield assignment
                if not by_pair:
                    seen.add(assignment)

    def _pairs(self, instance: Instance, wanted: Wanted) -> Iterator[Parameters]:
        permission_sets = PermissionSets(self._calls, instance, self._workers)
        pairs = Pairs(self._calls, instance, self._workers, permission_sets, self._skip)
        for found in pairs.find(wanted.accounts, wanted.permission_sets):
            self.known += len(found)
            for account, arn in found:
                yield {"AccountId": account, "PermissionSetArn": arn}

    def _principals(self, wanted: Wanted) -> Iterator[Parameters]:
        only: Parameters = {}
        if wanted.accounts is not None and len(wanted.accounts) == 1:
            only = {"Filter": {"AccountId": next(iter(wanted.accounts))}}
        self.known += len(wanted.principals or [])
        for kind, principal in wanted.principals or []:
            yield {"PrincipalType": kind, "PrincipalId": principal, **only}

    def _asked(self, instance: Instance, operation: str, parameters: Parameters) -> list[Raw]:
        """Return what an operation lists, or nothing where its subject was deleted meanwhile."""
        arguments = {"InstanceArn": instance.arn, **parameters}
        where = ("sso-admin", instance.region, operation, "AccountAssignments")
        try:
            return list(self._calls.pages(*where, **arguments))
        except (NotFound, Unsupported) as error:
            if "AccountId" in parameters:
                what = f"account {parameters['AccountId']}"
            else:
                what = f"{str(parameters['PrincipalType']).lower()} {parameters['PrincipalId']}"
            self._skip(f"{what}: {error.message}")
            return []

    def _direct(self, wanted: Wanted, found: Iterable[Raw]) -> Iterator[Raw]:
        """Set aside what users have through groups, unless it was asked for."""
        for raw in found:
            own = (raw["PrincipalType"], raw["PrincipalId"])
            if (
                wanted.principals is None
                or own in wanted.principals
                or self._selection.through_groups
            ):
                yield raw
            else:
                self.through_groups.append(raw)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for in one instance, by ids; None means all."""

    accounts: Mapping[str, str] | None
    permission_sets: list[str] | None
    principals: list[tuple[str, str]] | None

    def includes(self, raw: Raw) -> bool:
        """Return whether an assignment is in these accounts, and of these permission sets."""
        return (self.accounts is None or raw["AccountId"] in self.accounts) and (
            self.permission_sets is None or raw["PermissionSetArn"] in self.permission_sets
        )


def _with_accounts(
    found: Iterable[AccountAssignment], names: OutputNames | None
) -> Iterator[AccountAssignment]:
    for each in found:
        if names is not None and names.waits_for_list:
            yield replace(each, account_name=names.account(each.account_id))
        else:
            yield each


def _named(raw: Raw, instance: Instance, names: OutputNames | None) -> AccountAssignment:
    account, arn = raw["AccountId"], raw["PermissionSetArn"]
    kind, principal = raw["PrincipalType"], raw["PrincipalId"]
    return AccountAssignment(
        account_id=account,
        account_name="" if names is None or names.waits_for_list else names.account(account),
        permission_set_arn=arn,
        permission_set_name=names.permission_set(instance, arn) if names else "",
        principal_type=kind,
        principal_id=principal,
        principal_name=names.principal(instance, kind, principal) if names else "",
        instance_arn=instance.arn,
        region=instance.region,
    )
