"""The scopes of a session's sign-ins: those of its section, and more if it is used for account access manager.

It is if its section names a tenant, or once a role of one was wanted. The latter is remembered in the folder of the
session, so that one sign-in serves both kinds of roles from then on, whichever needs it. AWS documents that each kind
needs its own scopes, and nothing against both in one token.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from credential_process import files

if TYPE_CHECKING:
    from credential_process.config.sso_session import SsoSession

ACCOUNT_ACCESS = ("account_access:read_only", "account_access:assume")


def are_for_account_access(scopes: tuple[str, ...]) -> bool:
    """Return whether a token with these scopes is good for roles of account access manager."""
    return set(ACCOUNT_ACCESS) <= set(scopes)


def widened(session: SsoSession, folder: str) -> SsoSession:
    """Return a session with the scopes that its next sign-in has; `folder` is its plain folder."""
    if not session.tenant_id and not os.path.exists(_path(folder)):
        return session
    return session._replace(scopes=tuple(dict.fromkeys((*session.scopes, *ACCOUNT_ACCESS))))


def remember(folder: str) -> None:
    """Let all further sign-ins of a session have the scopes of account access manager; raises `OSError`."""
    if not os.path.exists(_path(folder)):
        files.replace(_path(folder), "")


def forget(folder: str) -> None:
    """Undo it: a service that does not know these scopes must not keep the user from the other kind of roles."""
    files.remove(_path(folder))


def _path(folder: str) -> str:
    return os.path.join(folder, "account-access")
