"""Credentials that botocore renews through the broker, in programs with threads and forks."""

from __future__ import annotations

import json
import threading
import weakref
from typing import TYPE_CHECKING

import botocore.exceptions
import botocore.session
from botocore.credentials import (
    CredentialProvider,
    CredentialResolver,
    DeferredRefreshableCredentials,
)

from credential_process.client import embedded
from credential_process.errors import (
    CredentialProcessError,
    SignInNeeded,
    SignInOpen,
    UsageError,
)
from credential_process.system import processes

if TYPE_CHECKING:
    from collections.abc import Callable

METHOD = "sso-credential-process"


def session_for(options: dict[str, str]) -> botocore.session.Session:
    """Return a session for one role, which ignores profiles; `options` are those of ``get``."""
    session = botocore.session.Session(session_vars={"profile": (None, None, None, None)})
    provider = Provider(lambda: options)
    session.register_component("credential_provider", CredentialResolver([provider]))
    return session


class Provider(CredentialProvider):  # type: ignore[misc]  # botocore is untyped
    """Provides credentials if `find_options` returns the options of ``get`` for a role."""

    METHOD = METHOD
    CANONICAL_NAME = "SsoCredentialProcess"

    def __init__(
        self, find_options: Callable[[], dict[str, str] | None], *, program: str = ""
    ) -> None:
        super().__init__()
        self._find_options = find_options
        self._program = program

    def load(self) -> RefreshingCredentials | None:
        """Return credentials that are fetched at their first use; None if `find_options` finds no role."""
        options = self._find_options()
        return None if options is None else RefreshingCredentials(options, program=self._program)


class RefreshingCredentials(DeferredRefreshableCredentials):  # type: ignore[misc]  # botocore is untyped
    """Credentials that are fetched at their first use, and renewed 15 minutes before they expire.

    A child that is forked while another thread renews gets a new lock: the inherited one would never be released.
    """

    def __init__(self, options: dict[str, str], *, program: str = "") -> None:
        super().__init__(refresh_using=_refresher(options, program), method=METHOD)
        _living.add(self)

    def forget_lock(self) -> None:
        """Replace the lock by one that is free."""
        self._refresh_lock = threading.Lock()


_living: weakref.WeakSet[RefreshingCredentials] = weakref.WeakSet()


def _after_fork() -> None:
    for credentials in _living:
        credentials.forget_lock()


processes.call_in_forked_child(_after_fork)


def _refresher(options: dict[str, str], program: str) -> Callable[[], dict[str, str]]:
    def refresh() -> dict[str, str]:
        try:
            document = embedded.role_document(options, program=program)
        except CredentialProcessError as error:
            raise as_botocore(error) from error
        line = json.loads(document.line)
        return {
            "access_key": line["AccessKeyId"],
            "secret_key": line["SecretAccessKey"],
            "token": line["SessionToken"],
            "expiry_time": line["Expiration"],
            "account_id": document.account_id,
        }

    return refresh


def as_botocore(error: CredentialProcessError) -> Exception:
    """Convert an error to the exception of botocore for it, with the same text and hint."""
    kinds = vars(botocore.exceptions)
    if isinstance(error, UsageError):
        kind = botocore.exceptions.InvalidConfigError
    elif isinstance(error, SignInNeeded | SignInOpen) and "SSOTokenLoadError" in kinds:
        kind = kinds["SSOTokenLoadError"]  # it is newer than the oldest supported botocore
    else:
        return botocore.exceptions.CredentialRetrievalError(provider=METHOD, error_msg=str(error))  # type: ignore[no-any-return]
    return kind(error_msg=str(error))  # type: ignore[no-any-return]
