"""Sign in to IAM Identity Center (AWS SSO) and use its roles from Python.

Everything goes through the broker that serves ``credential_process`` lines, so that programs, SDKs and shells share
one sign-in, one token and one cache of credentials. Every error is a `CredentialProcessError`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from credential_process.errors import (
    CredentialProcessError,
    Refused,
    SignInNeeded,
    SignInOpen,
    Unavailable,
    UsageError,
)
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
    from credential_process.library.boto3_session import get_boto3_session

__all__ = [
    "AccessToken",
    "Account",
    "Assignment",
    "CredentialProcessError",
    "Credentials",
    "Prompt",
    "Refused",
    "SignInNeeded",
    "SignInOpen",
    "Unavailable",
    "UsageError",
    "get_boto3_session",
    "get_console_url",
    "get_credentials",
    "list_accounts",
    "list_roles",
    "login",
    "logout",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401  PEP 562
    # boto3 takes a third of a second to import, and not every program needs it.
    if name == "get_boto3_session":
        from credential_process.library.boto3_session import get_boto3_session

        return get_boto3_session
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
