"""List the entitlements of account access manager: which users and groups may assume which IAM roles."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any

from credential_process.administration import chosen
from credential_process.administration.applications import SERVICE, utc
from credential_process.administration.entitlement_filters import Wanted, principal_of
from credential_process.administration.errors import NotFound
from credential_process.administration.listing import Listing
from credential_process.administration.principals import Principals

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from credential_process.administration.applications import Application
    from credential_process.administration.calls import Calls
    from credential_process.administration.entitlement_filters import Filter, Principal
    from credential_process.administration.instances import Instance
    from credential_process.administration.output_names import OutputNames
    from credential_process.administration.selection import EntitlementSelection
    from credential_process.administration.workers import Workers

    Raw = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Entitlement:
    """An IAM role that a user or a group (`principal_type` USER or GROUP) may assume.

    `principal_name` is None for a user or group that was deleted. A name that was not looked up, or that AWS does not
    know, is empty. `created_at` is in UTC, as in 2026-11-28T09:30:00Z.
    """

    account_id: str
    account_name: str
    role_arn: str
    principal_type: str
    principal_id: str
    principal_name: str | None
    entitlement_id: str
    created_at: str
    tenant_id: str
    application_arn: str
    region: str


class Entitlements(Listing[Entitlement, "EntitlementSelection"]):
    """The entitlements that a selection asks for.

    `list_applications` and `list_instances` are called when needed. Skipped are applications that were deleted
    meanwhile, and entitlements of a kind that is not known here. `done` entitlements have been read, and `known` stays
    0, since how many there are is not known before the last page; `of_other_roles` of them were not chosen.
    """

    def __init__(
        self,
        calls: Calls,
        region: str,
        selection: EntitlementSelection,
        *,
        list_applications: Callable[[Workers], Sequence[Application]],
        list_instances: Callable[[], Sequence[Instance]],
    ) -> None:
        super().__init__(calls, region, selection)
        self._list_applications = list_applications
        self._list_instances = list_instances
        self.of_other_roles = 0

    def _listed(self) -> Iterator[Entitlement]:
        selection = self._selection
        applications = selection.chosen_applications(self._list_applications(self._workers))
        needs_instances = selection.with_names or selection.has_principals
        instances = self._list_instances() if needs_instances else []
        principals = self._principals(instances) if selection.has_principals else None
        accounts = selection.chosen_accounts(self._accounts, self._workers)
        # The service itself has the names of most accounts.
        names = self._names(accounts, many_accounts=False)
        by_arn = {instance.arn: instance for instance in instances}
        for application in applications:
            arn = application.instance_arn
            in_instance = None if principals is None else principals.get(arn, [])
            wanted = Wanted(accounts, in_instance, selection)
            named = partial(
                _entitlement, application=application, instance=by_arn.get(arn), names=names
            )
            for raws in self._in_application(application, wanted):
                yield from self._workers.in_order(named, raws)

    def _principals(self, instances: Sequence[Instance]) -> dict[str, list[Principal]]:
        found = chosen.principals(self._calls, self._workers, instances, self._selection)
        if self._selection.through_groups:
            for instance in instances:
                found[instance.arn] += self._groups_of(instance, found[instance.arn])
        return {arn: list(dict.fromkeys(principals)) for arn, principals in found.items()}

    def _groups_of(self, instance: Instance, principals: Sequence[Principal]) -> list[Principal]:
        users = [principal_id for kind, principal_id in principals if kind == "USER"]
        groups_of = Principals(self._calls, instance, "USER").groups_of
        found = chain.from_iterable(self._workers.in_order(groups_of, users))
        return [("GROUP", group) for group in found]

    def _in_application(self, application: Application, wanted: Wanted) -> Iterator[list[Raw]]:
        """Yield those that are chosen, list by list: what is listed must not wait for a slow page."""
        seen: set[str] = set()
        for raws in self._asked(application, wanted.filters()):
            self._answered(len(raws))
            chosen_raws = {
                raw["entitlementId"]: raw for raw in raws if self._is_chosen(raw, wanted)
            }
            # One may come for a user and for a group.
            yield [raw for id_, raw in chosen_raws.items() if id_ not in seen]
            seen |= set(chosen_raws)

    def _is_chosen(self, raw: Raw, wanted: Wanted) -> bool:
        granted = raw["entitlement"].get("principalRole")
        if granted is None or principal_of(granted) is None:
            self._skip(f"entitlement {raw['entitlementId']}: its kind is not known")
            return False
        if not wanted.includes(granted):
            return False
        is_chosen = self._selection.includes_role(granted["roleArn"])
        self.of_other_roles += not is_chosen
        return is_chosen

    def _asked(self, application: Application, filters: Sequence[Filter]) -> Iterator[list[Raw]]:
        """Yield what is listed for these filters: page after page for one, else all of each."""
        if len(filters) == 1:
            return self._workers.ahead(self._pages(application, filters[0]))
        return self._workers.in_order(
            lambda each: list(chain.from_iterable(self._pages(application, each))), filters
        )

    def _pages(self, application: Application, wanted: Filter) -> Iterator[list[Raw]]:
        try:
            yield from self._calls.page_lists(
                *(SERVICE, application.region, "ListEntitlements", "entitlements"),
                applicationArn=application.application_arn,
                filter=wanted,
            )
        except NotFound as error:
            self._skip(f"application {application.label}: {error.message}")


def _entitlement(
    raw: Raw, *, application: Application, instance: Instance | None, names: OutputNames | None
) -> Entitlement:
    granted = raw["entitlement"]["principalRole"]
    kind, principal_id = principal_of(granted) or ("", "")
    account = granted["account"]
    account_name = granted.get("accountName") or (names.account(account) if names else "")
    principal_name: str | None = ""
    if names is not None and instance is not None:
        principal_name = names.principal(instance, kind, principal_id)
    return Entitlement(
        account_id=account,
        account_name=account_name,
        role_arn=granted["roleArn"],
        principal_type=kind,
        principal_id=principal_id,
        principal_name=principal_name,
        entitlement_id=raw["entitlementId"],
        created_at=utc(raw["createdAt"]),
        tenant_id=application.tenant_id,
        application_arn=application.application_arn,
        region=application.region,
    )
