"""Sign in to IAM Identity Center (AWS SSO) and use its roles from Python.

Everything goes through the broker that serves ``credential_process`` lines, so that programs, SDKs and shells share
one sign-in, one token and one cache of credentials. Every error is a `CredentialProcessError`.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from credential_process.errors import (
    CredentialProcessError,
    Refused,
    SignInNeeded,
    SignInOpen,
    Unavailable,
    UsageError,
)
from credential_process.identity_center.replies import EntitledRole
from credential_process.library.access_credentials import get_access_credentials
from credential_process.library.access_roles import list_access_roles
from credential_process.library.console import get_console_url
from credential_process.library.credentials import Credentials, get_credentials
from credential_process.library.listings import list_accounts, list_roles
from credential_process.library.sign_in import (
    AccessToken,
    Prompt,
    login,
    logout,
)
from credential_process.stores.account_list import Account, Assignment

if TYPE_CHECKING:
    from credential_process.administration.applications import Application
    from credential_process.administration.assignments import AccountAssignment
    from credential_process.administration.entitlements import Entitlement
    from credential_process.administration.named import Named
    from credential_process.library.administration import (
        list_applications,
        list_assignments,
        list_entitlements,
    )
    from credential_process.library.boto3_session import (
        get_access_boto3_session,
        get_boto3_session,
    )
    from credential_process.library.lookups import (
        lookup_accounts,
        lookup_groups,
        lookup_identity_stores,
        lookup_instances,
        lookup_permission_sets,
        lookup_users,
    )

__all__ = [
    "AccessToken",
    "Account",
    "AccountAssignment",
    "Application",
    "Assignment",
    "CredentialProcessError",
    "Credentials",
    "EntitledRole",
    "Entitlement",
    "Named",
    "Prompt",
    "Refused",
    "SignInNeeded",
    "SignInOpen",
    "Unavailable",
    "UsageError",
    "get_access_boto3_session",
    "get_access_credentials",
    "get_boto3_session",
    "get_console_url",
    "get_credentials",
    "list_access_roles",
    "list_accounts",
    "list_applications",
    "list_assignments",
    "list_entitlements",
    "list_roles",
    "login",
    "logout",
    "lookup_accounts",
    "lookup_groups",
    "lookup_identity_stores",
    "lookup_instances",
    "lookup_permission_sets",
    "lookup_users",
]

# boto3 takes a third of a second to import, and not every program needs it.
_WITH_BOTO3 = {
    "AccountAssignment": "credential_process.administration.assignments",
    "Application": "credential_process.administration.applications",
    "Entitlement": "credential_process.administration.entitlements",
    "Named": "credential_process.administration.named",
    "get_access_boto3_session": "credential_process.library.boto3_session",
    "get_boto3_session": "credential_process.library.boto3_session",
    "list_applications": "credential_process.library.administration",
    "list_assignments": "credential_process.library.administration",
    "list_entitlements": "credential_process.library.administration",
    "lookup_accounts": "credential_process.library.lookups",
    "lookup_groups": "credential_process.library.lookups",
    "lookup_identity_stores": "credential_process.library.lookups",
    "lookup_instances": "credential_process.library.lookups",
    "lookup_permission_sets": "credential_process.library.lookups",
    "lookup_users": "credential_process.library.lookups",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401  PEP 562
    if name in _WITH_BOTO3:
        return getattr(importlib.import_module(_WITH_BOTO3[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
