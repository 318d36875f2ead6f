"""Explain why the portal has refused a role of a permission set, with the name that was probably meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from credential_process.errors import Refused
from credential_process.identifiers import closest
from credential_process.session import recent_roles

if TYPE_CHECKING:
    from credential_process.broker.role_documents import Fetch
    from credential_process.session.token_store import SignedIn

_NO_ACCESS = "no access: "
_NO_REASON = f"{_NO_ACCESS}No access"  # what the portal answers for a role that is not assigned


def refusal(fetch: Fetch, session_folder: str, signed_in: SignedIn, failure: Refused) -> Refused:
    """Return what a caller reads whose user has no access to a role; sends no request."""
    session = fetch.context.session
    listing = f"to list yours, run: sso-credential-process roles {session.options}"
    if failure.message != _NO_REASON:
        return Refused(
            f"{session.label} gives no access to role {fetch.role_name} in account {fetch.account_id}: "
            f"{failure.message.removeprefix(_NO_ACCESS)}",
            hint=listing,
        )
    assigned = recent_roles.in_account(session_folder, fetch.context, signed_in, fetch.account_id)
    alike = _meant(fetch.role_name, assigned or ())
    return Refused(
        f"{session.label}: role {fetch.role_name} in account {fetch.account_id} is not assigned to you",
        hint=f"did you mean {alike}? T{listing[1:]}" if alike else listing,
    )


def _meant(role_name: str, assigned: tuple[str, ...]) -> str:

    # A list that has the role is older than the refusal.
    return "" if role_name in assigned else closest(role_name, assigned)
