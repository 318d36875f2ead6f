"""What roles of account access manager need that those of permission sets do not: more scopes, another request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from credential_process.errors import CredentialProcessError, Refused, Unauthorized
from credential_process.identifiers import whole_number
from credential_process.session import used_scopes
from credential_process.stores import access_role, sign_in_record

if TYPE_CHECKING:
    from credential_process.broker.context import BrokerContext
    from credential_process.identity_center import IdentityCenter
    from credential_process.identity_center.replies import RoleKeys
    from credential_process.session.context import SessionContext
    from credential_process.session.token_store import SignedIn
    from credential_process.stores.access_role import AccessRole
    from credential_process.stores.want import Want


class TokenScopes:
    """Knows which tokens lack the scopes for a role; used on the broker's own thread.

    The scopes of a sign-in by sso-credential-process are recorded, and the AWS CLI records those of its registration.
    Any other token is tried, and AWS does not document how it refuses one without them: as an invalid token, or as a
    role without access.
    """

    def __init__(self) -> None:
        self._refused: set[str] = set()
        self._known: dict[str, tuple[str, ...]] = {}

    def lacks(self, want: Want, context: SessionContext, signed_in: SignedIn) -> bool:
        """Return whether a token is not good for a want as far as is known: a sign-in with more scopes is needed."""
        if not _is_for(want):
            return False
        scopes = self._scopes(context, signed_in)
        if scopes:
            return not used_scopes.are_for_account_access(scopes)
        return signed_in.token.access_token in self._refused or _is_lacking(want, signed_in)

    def is_refused(self, want: Want, context: SessionContext, signed_in: SignedIn) -> bool:
        """Return whether the service has refused a token to the caller of a want, though its scopes suffice."""
        # In this order: no caller of another role needs the scopes, which may be looked for in many files.
        return _is_lacking(want, signed_in) and used_scopes.are_for_account_access(
            self._scopes(context, signed_in)
        )

    def may_have_lacked(
        self,
        role_name: str,
        context: SessionContext,
        signed_in: SignedIn,
        failure: CredentialProcessError | None,
    ) -> bool:
        """Record what was answered about a role; return whether missing scopes may be the cause of a failure."""
        if access_role.of(role_name) is None or not isinstance(failure, Unauthorized | Refused):
            return False
        if self._scopes(context, signed_in):
            return False
        self._refused.add(signed_in.token.access_token)
        return True

    def _scopes(self, context: SessionContext, signed_in: SignedIn) -> tuple[str, ...]:
        """Return the scopes of a token, empty if they are not known; they are looked for once, not for each want."""
        token = signed_in.token.access_token
        if token not in self._known:
            self._known[token] = context.tokens.scopes_of(signed_in)
        return self._known[token]


def context_of(want: Want, broker: BrokerContext) -> SessionContext:
    """Return the session as the caller of a want sees it, whose sign-ins have the scopes that it needs.

    Raises `UsageError` if the config has no such session, `OSError` if that cannot be remembered.
    """
    context = broker.session_of(want)
    if not _is_for(want):
        return context
    used_scopes.remember(context.tokens.folder)
    return broker.session_of(want)


def _is_lacking(want: Want, signed_in: SignedIn) -> bool:
    return bool(want.lacking) and want.lacking == sign_in_record.digest(
        signed_in.token.access_token
    )


def _is_for(want: Want) -> bool:
    return want.needs_account_access or access_role.of(want.role_name) is not None


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
    """Return the error for a user who has no access to a role."""
    return Refused(
        f"{role.arn} is not granted to you in the tenant {role.tenant_id}: {failure.message}",
        hint="check both, or ask your administrator for it",
    )
