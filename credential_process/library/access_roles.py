"""List the roles of a user that account access manager grants."""

from __future__ import annotations

from typing import TYPE_CHECKING

from credential_process.client import arguments, interaction
from credential_process.config import tenants
from credential_process.errors import Refused, Unauthorized
from credential_process.library.argument_types import require_texts
from credential_process.library.named_session import named_session
from credential_process.library.sign_in import sign_in
from credential_process.session.context import SessionContext
from credential_process.session.service_clients import ServiceClients
from credential_process.stores import sign_in_record
from credential_process.stores.want import ACCOUNT_ACCESS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from credential_process.client.waiting import OnLook
    from credential_process.identity_center.replies import EntitledRole
    from credential_process.session_reference import SessionReference


def list_access_roles(
    start_url: str | None = None,
    sso_region: str | None = None,
    tenant_id: str = "",
    *,
    sso_session: str | None = None,
    login: bool = False,
) -> list[EntitledRole]:
    """Return the roles that account access manager grants to you in a tenant, as AWS lists them now.

    The session and `login` are as for `get_credentials`, `tenant_id` as for `get_access_credentials`. Each
    `EntitledRole` has an `arn`, an `account_id` and an `account_name`, which may be empty. Roles whose ARNs have
    characters that no `credential_process` line can have are left out.

    Raises `UsageError` for a tenant that AWS does not know, `SignInNeeded`, `SignInOpen`, `Refused` or `Unavailable`.

    >>> from credential_process import library
    >>> roles = library.list_access_roles(
    ...     sso_session="corp", tenant_id="aa-1234567890abcdef", login=True
    ... )
    >>> min(role.arn for role in roles)
    'arn:aws:iam::111122220001:role/teams/Administrator'
    """
    session = arguments.check_session(named_session(start_url, sso_region, sso_session))
    require_texts(tenant_id=tenant_id)
    tenant = tenants.checked(tenant_id) if tenant_id else tenants.of_session(session)
    return granted(session, tenant, {} if login else interaction.LOGIN_FALSE)[0]


def granted(
    session: SessionReference,
    tenant_id: str,
    fields: Mapping[str, str],
    *,
    program: str = "",
    on_look: OnLook | None = None,
) -> tuple[list[EntitledRole], list[str]]:
    """Return the roles of a tenant, and the ARNs that no line can have, for display only; it is not cached.

    Signs in as `sign_in` does, once more if the token is not valid any more or may lack the scopes: how a token of
    another program is refused then is not documented. `fields` are added to the wants. Raises `UsageError` for a
    tenant that the service does not know.
    """
    asked = {**fields, "scopes": ACCOUNT_ACCESS}
    token = sign_in(session, asked, program=program, on_look=on_look)
    context = SessionContext.here(session, asked)
    service = ServiceClients().at(context).account_access
    try:
        return service.roles(token.access_token, tenant_id)
    except (Unauthorized, Refused) as error:
        signed_in = context.tokens.signed_in()
        if isinstance(error, Refused) and signed_in and context.tokens.scopes_of(signed_in):
            raise
        asked["lacking"] = sign_in_record.digest(token.access_token)
    token = sign_in(session, asked, program=program, on_look=on_look)
    return service.roles(token.access_token, tenant_id)
