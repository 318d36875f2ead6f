"""What to correct in the start URL and the region of a session that the service does not know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from credential_process.errors import UsageError
from credential_process.identity_center import portal_addresses
from credential_process.identity_center.start_urls import is_owned
from credential_process.session_reference import SessionReference

if TYPE_CHECKING:
    from credential_process.config.sso_session import SsoSession


def find(session: SsoSession) -> SessionReference:
    """Return the start URL that was meant and the region that it names; each is empty if the session has it."""
    try:
        start_url, region = portal_addresses.find(session.service_url)
    except UsageError:  # a host of the user's own, without a dot
        return SessionReference()
    is_other = start_url.lower() != session.service_url.lower()
    is_elsewhere = region != session.region and is_owned(start_url)
    return SessionReference("", start_url if is_other else "", region if is_elsewhere else "")


def hint(session: SsoSession) -> str:
    """Return what to correct, or else what to check, as text for the hint of an error."""
    found = find(session)
    if not found.options:
        return f"check the region {session.region} and {session.service_url}"
    if not session.name:
        return f"give {found.command_line}"
    settings = " and ".join(f"{key} = {value}" for key, value in found.keys.items() if value)
    return f"set {settings} in [sso-session {session.name}]"
