"""The SSO session that the arguments of a function name."""

from __future__ import annotations

from credential_process.errors import UsageError
from credential_process.session_reference import SessionReference


def named_session(
    start_url: str | None, sso_region: str | None, sso_session: str | None
) -> SessionReference:
    """Return the session that these arguments name, unchecked; raises `UsageError` for one that is not a str."""
    given = {"sso_session": sso_session, "start_url": start_url, "sso_region": sso_region}
    for argument, value in given.items():
        if not isinstance(value, str | None):
            raise UsageError(f"{argument} is not a str", hint=f"give {argument} as a str")
    return SessionReference(*(value or "" for value in given.values()))
