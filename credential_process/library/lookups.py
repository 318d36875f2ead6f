"""Look up names of IDs, and IDs of names, as an administrator of IAM Identity Center.

All functions sign their requests with the credentials of a profile, or as boto3 finds them without one. They look into
all instances in `regions`, by default that of the profile, or into the one whose name, ARN or id is `instance`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from credential_process.administration.named import not_one
from credential_process.library.administrator import Administrator
from credential_process.library.argument_types import several

if TYPE_CHECKING:
    from collections.abc import Sequence

    from credential_process.administration.named import Named


def lookup_instances(
    *names: str, profile: str | None = None, regions: Sequence[str] = (), instance: str = ""
) -> list[Named]:
    """Return the instances with these names, ARNs or ids; without any, all of them.

    The id of the `Named` is the ARN. Most instances have no name; then the name is the id, ssoins-….
    Everything else is as for `lookup_users`.

    >>> from credential_process import library
    >>> (corp,) = library.lookup_instances(profile="org-admin")
    >>> corp.id.partition("/")[0]
    'arn:aws:sso:::instance'
    """
    return _lookup("instance", names, profile, regions, instance)


def lookup_identity_stores(
    *names: str, profile: str | None = None, regions: Sequence[str] = (), instance: str = ""
) -> list[Named]:
    """Return the identity stores of the instances with these names, ARNs or ids; without any, all of them.

    The name of the `Named` is that of the instance. Everything else is as for `lookup_users`.

    >>> from credential_process import library
    >>> (store,) = library.lookup_identity_stores(profile="org-admin")
    >>> store.id[:2]
    'd-'
    """
    return _lookup("identity-store", names, profile, regions, instance)


def lookup_users(
    *names: str, profile: str | None = None, regions: Sequence[str] = (), instance: str = ""
) -> list[Named]:
    """Return the users with these user names or ids, in this order; without any, all of them.

    Each `Named` has a `name`, an `id`, and the `instance_arn` and `region` where it was found. It signs in with
    `profile`, by default that of the environment, and looks into all instances in `regions`, by default the region of
    the profile, or into the one with the name, ARN or id `instance`.

    Raises `UsageError` for a name that nothing has, or that several have in different instances, and as
    `list_assignments` does.

    >>> from credential_process import library
    >>> (ada,) = library.lookup_users("ada", profile="org-admin")
    >>> library.lookup_users(ada.id, profile="org-admin")[0].name
    'ada'
    """
    return _lookup("user", names, profile, regions, instance)


def lookup_groups(
    *names: str, profile: str | None = None, regions: Sequence[str] = (), instance: str = ""
) -> list[Named]:
    """Return the groups with these display names or ids; everything else is as for `lookup_users`.

    >>> from credential_process import library
    >>> [group.name for group in library.lookup_groups(profile="org-admin")]
    ['readers']
    """
    return _lookup("group", names, profile, regions, instance)


def lookup_permission_sets(
    *names: str, profile: str | None = None, regions: Sequence[str] = (), instance: str = ""
) -> list[Named]:
    """Return the permission sets with these names, ARNs or ids (ps-…); the id of the `Named` is the ARN.

    Everything else is as for `lookup_users`.

    >>> from credential_process import library
    >>> (developer,) = library.lookup_permission_sets("Developer", profile="org-admin")
    >>> library.lookup_permission_sets(developer.id, profile="org-admin")[0].name
    'Developer'
    """
    return _lookup("permission-set", names, profile, regions, instance)


def lookup_accounts(
    *names: str, profile: str | None = None, regions: Sequence[str] = ()
) -> list[Named]:
    """Return the accounts of the organization with these names or ids; everything else is as for `lookup_users`.

    >>> from credential_process import library
    >>> (account,) = library.lookup_accounts("Production", profile="org-admin")
    >>> len(account.id)
    12
    """
    return _lookup("account", names, profile, regions, "")


def _lookup(
    kind: str, names: Sequence[str], profile: str | None, regions: Sequence[str], instance: str
) -> list[Named]:
    names = several("names", names)
    lookup = Administrator(profile, several("regions", regions), instance).lookup(kind)
    if not names:
        return list(lookup.all())
    found = lookup.find(names)
    for name, matching in zip(names, found, strict=True):
        if len(matching) != 1:
            raise not_one(kind, name, matching)
    return [matching[0] for matching in found]
