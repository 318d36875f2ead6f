"""List the roles of a user that account access manager grants."""

from __future__ import annotations

from typing import TYPE_CHECKING

from credential_process.errors import Refused, Unauthorized
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


def granted(
    session: SessionReference,
    tenant_id: str,
    fields: Mapping[str, str],
    *,
    program: str = "",
    on_look: OnLook | None = None,
) -> tuple[list[EntitledRole], list[str]]:
    """Return the roles of a tenant, and the ARNs that no line can have, for display only; it is not cached.

    Signs in as `sign_in` does, once more if the token may lack the scopes: how a token of another program is refused
    then is not documented. `fields` are added to the wants. Raises `UsageError` for a tenant that the service
    does not know.
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
