"""The SSO session that the arguments of a function name."""

from __future__ import annotations

from credential_process.library.argument_types import require_texts
from credential_process.session_reference import SessionReference


def named_session(
    start_url: str | None, sso_region: str | None, sso_session: str | None
) -> SessionReference:
    """Return the session that these arguments name, unchecked; raises `UsageError` for one that is not a str."""
    require_texts(sso_session=sso_session, start_url=start_url, sso_region=sso_region)
    return SessionReference(sso_session or "", start_url or "", sso_region or "")
