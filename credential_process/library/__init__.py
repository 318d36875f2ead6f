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

if TYPE_CHECKING:
    from credential_process.administration.account_assignment import AccountAssignment
    from credential_process.administration.applications import Application
    from credential_process.administration.entitlements import Entitlement
    from credential_process.administration.named import Named
    from credential_process.identity_center.replies import EntitledRole
    from credential_process.library.access_credentials import get_access_credentials
    from credential_process.library.access_roles import list_access_roles
    from credential_process.library.administration import (
        list_applications,
        list_assignments,
        list_entitlements,
    )
    from credential_process.library.boto3_session import (
        get_access_boto3_session,
        get_boto3_session,
    )
    from credential_process.library.console import get_console_url
    from credential_process.library.credentials import Credentials, get_credentials
    from credential_process.library.listings import list_accounts, list_roles
    from credential_process.library.lookups import (
        lookup_accounts,
        lookup_groups,
        lookup_identity_stores,
        lookup_instances,
        lookup_permission_sets,
        lookup_users,
    )
    from credential_process.library.sign_in import AccessToken, Prompt, login
    from credential_process.library.sign_out import logout
    from credential_process.stores.account_list import Account, Assignment

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

# Where each name is: its module is imported when a program asks for it. Few need all of them, and some load boto3,
# which takes a third of a second.
_MODULES = {
    "administration.account_assignment": ("AccountAssignment",),
    "administration.applications": ("Application",),
    "administration.entitlements": ("Entitlement",),
    "administration.named": ("Named",),
    "identity_center.replies": ("EntitledRole",),
    "library.access_credentials": ("get_access_credentials",),
    "library.access_roles": ("list_access_roles",),
    "library.administration": ("list_applications", "list_assignments", "list_entitlements"),
    "library.boto3_session": ("get_access_boto3_session", "get_boto3_session"),
    "library.console": ("get_console_url",),
    "library.credentials": ("Credentials", "get_credentials"),
    "library.listings": ("list_accounts", "list_roles"),
    "library.lookups": (
        "lookup_accounts",
        "lookup_groups",
        "lookup_identity_stores",
        "lookup_instances",
        "lookup_permission_sets",
        "lookup_users",
    ),
    "library.sign_in": ("AccessToken", "Prompt", "login"),
    "library.sign_out": ("logout",),
    "stores.account_list": ("Account", "Assignment"),
}
_PLACES = {name: module for module, names in _MODULES.items() for name in names}


def __getattr__(name: str) -> Any:  # noqa: ANN401  PEP 562
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    package = __name__.partition(".")[0]
    return getattr(importlib.import_module(f"{package}.{_PLACES[name]}"), name)
