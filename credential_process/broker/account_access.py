"""What roles of account access manager need that those of permission sets do not: more scopes, another request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from credential_process.errors import CredentialProcessError, Refused, Unauthorized
from credential_process.identifiers import whole_number
from credential_process.session import used_scopes
from credential_process.stores import access_role

if TYPE_CHECKING:
    from credential_process.identity_center import IdentityCenter
    from credential_process.identity_center.replies import RoleKeys
    from credential_process.session.context import SessionContext
    from credential_process.session.token_store import SignedIn
    from credential_process.stores.access_role import AccessRole


class TokenScopes:
    """Knows which tokens lack the scopes for a role; used on the broker's own thread.

    The scopes of a sign-in by sso-credential-process are recorded. A token that another program has stored is tried,
    and AWS does not document what it answers without them: that the token is not valid, or that there is no access.
    """

    def __init__(self) -> None:
        self._refused: set[str] = set()

    def lacks(self, role_name: str, signed_in: SignedIn) -> bool:
        """Return whether a token is not good for a role as far as is known: a sign-in with more scopes is needed."""
        if access_role.of(role_name) is None:
            return False
        if signed_in.scopes:
            return not set(used_scopes.ACCOUNT_ACCESS) <= set(signed_in.scopes)
        return signed_in.token.access_token in self._refused

    def may_have_lacked(
        self, role_name: str, signed_in: SignedIn, failure: CredentialProcessError | None
    ) -> bool:
        """Record what the service said about a role; return whether missing scopes may be the cause of a failure."""
        is_unknown = access_role.of(role_name) is not None and not signed_in.scopes
        if is_unknown and isinstance(failure, Unauthorized | Refused):
            self._refused.add(signed_in.token.access_token)
            return True
        return False


def prepare(role_name: str, context: SessionContext) -> bool:
    """Let the next sign-in have the scopes for a role; return whether the context has changed. Raises `OSError`."""
    if access_role.of(role_name) is None:
        return False
    used_scopes.remember(context.tokens.folder)
    return True


def role_credentials(
    service: IdentityCenter, access_token: str, role: AccessRole, deadline: float
) -> RoleKeys:
    """Get credentials of a role, with no try after the `deadline` (monotonic)."""
    return service.account_access.role_credentials(
        access_token,
        tenant_id=role.tenant_id,
        role_arn=role.arn,
        session_name=role.session_name,
        duration_seconds=whole_number(role.duration_seconds),
        deadline=deadline,
    )


def not_granted(role: AccessRole, failure: Refused) -> Refused:
    """Return what a caller reads whose user has no access to a role."""
    return Refused(
        f"{role.arn} is not granted to you in the tenant {role.tenant_id}: {failure.message}",
        hint="check both, or ask your administrator for it",
    )
