"""List what all users and groups have, as an administrator of IAM Identity Center."""

from __future__ import annotations

from typing import TYPE_CHECKING

from credential_process.administration.selection import (
    AssignmentSelection,
    EntitlementSelection,
)
from credential_process.library.administrator import Administrator
from credential_process.library.argument_types import several

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from credential_process.administration.account_assignment import AccountAssignment
    from credential_process.administration.applications import Application
    from credential_process.administration.entitlements import Entitlement


def list_assignments(
    *,
    users: Sequence[str] = (),
    groups: Sequence[str] = (),
    permission_sets: Sequence[str] = (),
    accounts: Sequence[str] = (),
    organizational_units: Sequence[str] = (),
    recursive: bool = False,
    through_groups: bool = False,
    names: bool = True,
    profile: str | None = None,
    regions: Sequence[str] = (),
    instance: str = "",
    on_skip: Callable[[str], None] | None = None,
) -> Iterator[AccountAssignment]:
    """Yield the assignments of permission sets in accounts to users and groups, one by one as AWS lists them.

    Each filter that is given must match. Users, groups, permission sets and accounts are named by id, by name, or by
    a regular expression for the whole name, organizational units by id; `recursive` includes the units in them.
    `through_groups` includes what the users have through their groups. Without `names`, names stay empty, which saves
    requests. Each `AccountAssignment` has `account_id`, `account_name`, `permission_set_arn`, `permission_set_name`,
    `principal_type` (USER or GROUP), `principal_id`, `principal_name` (None if it was deleted), `instance_arn` and
    `region`. `on_skip` is called at the end with a line for each account or principal that was deleted meanwhile.

    The profile, the regions and the instance are as for `lookup_users`. Iterating raises `UsageError` for a filter
    that names what is not there, `Refused` for a permission that is missing, which it names, and otherwise as
    `get_credentials` does.

    >>> from credential_process import library
    >>> for each in library.list_assignments(accounts=["Staging"], profile="org-admin"):
    ...     print(each.account_name, each.permission_set_name, each.principal_name)
    Staging Developer ada
    """
    selection = AssignmentSelection(
        users=several("users", users),
        groups=several("groups", groups),
        permission_sets=several("permission_sets", permission_sets),
        accounts=several("accounts", accounts),
        units=several("organizational_units", organizational_units),
        is_recursive=recursive,
        through_groups=through_groups,
        with_names=names,
    )
    regions = several("regions", regions)
    found = Administrator(profile, regions, instance).assignments(selection)
    yield from found
    _report(found.skipped, on_skip)


def list_applications(
    *, profile: str | None = None, regions: Sequence[str] = (), instance: str = ""
) -> list[Application]:
    """Return the applications of account access manager, each with the tenant that users name to get a role.

    Each `Application` has `tenant_id`, `application_arn`, `status`, `error`, `instance_arn`, `created_at` and
    `region`. The profile, the regions and the instance are as for `lookup_users`. Raises `UsageError` if there is no
    application, and as `list_assignments` does.

    >>> from credential_process import library
    >>> (application,) = library.list_applications(profile="org-admin")
    >>> application.status
    'ACTIVE'
    """
    return Administrator(profile, several("regions", regions), instance).applications()


def list_entitlements(
    *,
    users: Sequence[str] = (),
    groups: Sequence[str] = (),
    roles: Sequence[str] = (),
    accounts: Sequence[str] = (),
    organizational_units: Sequence[str] = (),
    recursive: bool = False,
    through_groups: bool = False,
    names: bool = True,
    applications: Sequence[str] = (),
    profile: str | None = None,
    regions: Sequence[str] = (),
    instance: str = "",
    on_skip: Callable[[str], None] | None = None,
) -> Iterator[Entitlement]:
    """Yield who may assume which IAM role through account access manager, one by one as AWS lists them.

    Each filter that is given must match. Roles are named by ARN, by the name without the path, or by a regular
    expression for the whole of either; applications by ARN, by the end of that, or by their tenant; all others as for
    `list_assignments`. Each `Entitlement` has `account_id`, `account_name`, `role_arn`, `principal_type` (USER or
    GROUP), `principal_id`, `principal_name` (None if it was deleted), `entitlement_id`, `created_at`, `tenant_id`,
    `application_arn` and `region`. `on_skip` is called at the end with a line for each application that was deleted
    meanwhile, and each entitlement of an unknown kind. Raises as `list_assignments` does.

    >>> from credential_process import library
    >>> for each in library.list_entitlements(accounts=["Staging"], profile="org-admin"):
    ...     print(each.account_name, each.role_arn.rpartition("/")[2], each.principal_name)
    Staging Release ada
    """
    selection = EntitlementSelection(
        users=several("users", users),
        groups=several("groups", groups),
        roles=several("roles", roles),
        accounts=several("accounts", accounts),
        units=several("organizational_units", organizational_units),
        is_recursive=recursive,
        through_groups=through_groups,
        with_names=names,
        applications=several("applications", applications),
    )
    regions = several("regions", regions)
    found = Administrator(profile, regions, instance).entitlements(selection)
    yield from found
    _report(found.skipped, on_skip)


def _report(skipped: Sequence[str], on_skip: Callable[[str], None] | None) -> None:
    if on_skip is not None:
        for reason in skipped:
            on_skip(reason)
