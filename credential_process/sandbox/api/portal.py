"""The access portal's API: role credentials, accounts, roles and logout."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from credential_process.sandbox.http.exchange import Request, Response, json_response
from credential_process.sandbox.state.organisation import assumed_role_name
from credential_process.sandbox.state.role_credentials import Issued
from credential_process.sandbox.state.service_errors import PortalError

from .paging import page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from credential_process.sandbox.state.portal_sessions import PortalSession
    from credential_process.sandbox.state.realm import Realm
    from credential_process.sandbox.state.tokens import AccessToken

    from .paging import Item


def get_role_credentials(realm: Realm, request: Request) -> Response:
    """Issue credentials for a role in an account."""
    presented = _presented(realm, request)
    session = presented.session
    account_id = _account_id(request)
    role_name = request.query.get("role_name", "")
    if not role_name:
        raise PortalError("InvalidRequestException", "Missing required parameter: role_name")
    if role_name not in _roles(realm, session, account_id):
        raise PortalError("ForbiddenException", "No access")
    issued = realm.role_credentials.issue(
        account_id=account_id,
        role_name=assumed_role_name(account_id, role_name),
        user_name=session.user_name,
        seconds=realm.settings.role_session_seconds,
        issued=Issued(
            start_url=presented.start_url,
            region=presented.region,
            user_name=session.user_name,
            account_id=account_id,
            role_name=role_name,
            session_id=session.session_id,
            access_token=presented.access_token,
        ),
    )
    return json_response(
        {
            "roleCredentials": {
                "accessKeyId": issued.access_key_id,
                "secretAccessKey": issued.secret_access_key,
                "sessionToken": issued.session_token,
                "expiration": int(issued.ends_at * 1000),
            }
        }
    )


def list_accounts(realm: Realm, request: Request) -> Response:
    """List the accounts in which the user has a role, in pages."""
    session = _session(realm, request)
    enabled = realm.settings.permission_sets_enabled
    accounts = realm.organisation.accounts_of(session.user_name) if enabled else ()
    shown, next_token = _page(realm, request, accounts)
    listed = []
    for account in shown:
        entry = {"accountId": account.account_id}
        if account.name is not None:
            entry["accountName"] = account.name
        if account.email is not None:
            entry["emailAddress"] = account.email
        listed.append(entry)
    return json_response({"nextToken": next_token, "accountList": listed})


def list_account_roles(realm: Realm, request: Request) -> Response:
    """List the roles that the user may use in an account, in pages."""
    session = _session(realm, request)
    account_id = _account_id(request)
    roles = _roles(realm, session, account_id)
    if not roles:
        raise PortalError("ForbiddenException", "No access")
    shown, next_token = _page(realm, request, roles)
    listed = [{"roleName": role_name, "accountId": account_id} for role_name in shown]
    return json_response({"nextToken": next_token, "roleList": listed})


def log_out(realm: Realm, request: Request) -> Response:
    """End the portal session and all its tokens; role credentials stay valid."""
    _session(realm, request).revoked = True
    return Response(200)


def _roles(realm: Realm, session: PortalSession, account_id: str) -> Sequence[str]:
    if not realm.settings.permission_sets_enabled:
        return ()
    return realm.organisation.roles_of(session.user_name, account_id)


def _session(realm: Realm, request: Request) -> PortalSession:
    return _presented(realm, request).session


def _presented(realm: Realm, request: Request) -> AccessToken:
    return realm.tokens.presented(request.headers.get("x-amz-sso_bearer_token"), request.region)


def _account_id(request: Request) -> str:
    account_id = request.query.get("account_id", "")
    if not re.fullmatch(r"[0-9]{12}", account_id):
        raise PortalError("InvalidRequestException", "Invalid account id provided")
    return account_id


def _page(
    realm: Realm, request: Request, items: Sequence[Item]
) -> tuple[Sequence[Item], str | None]:
    # A token is valid for the listing that it came from: the same path and the same account.
    listing = f"{request.path}?{request.query.get('account_id', '')}"
    size = _page_size(realm, request)
    try:
        return page(items, size=size, next_token=request.query.get("next_token"), listing=listing)
    except ValueError:
        raise PortalError("InvalidRequestException", "Invalid next token provided") from None


def _page_size(realm: Realm, request: Request) -> int:
    wanted = request.query.get("max_result")
    if wanted is None:
        return realm.settings.page_size
    if not re.fullmatch(r"[0-9]{1,9}", wanted) or not 1 <= int(wanted) <= 100:
        raise PortalError(
            "InvalidRequestException",
            "ResultSize parameter must be within the valid limits of: 1-100",
        )
    return int(wanted)
