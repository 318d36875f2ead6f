"""The user's API of account access manager: roles by ARN, and their credentials.

It is implemented from the API reference, which does not say all: what a tenant that is unknown is
answered with is assumed.
https://docs.aws.amazon.com/account-access-runtime/latest/APIReference/
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from credential_process.sandbox.http.exchange import Request, Response, json_response
from credential_process.sandbox.state.role_credentials import Issued
from credential_process.sandbox.state.service_errors import AccountAccessError

from .paging import page

if TYPE_CHECKING:
    from credential_process.sandbox.state.entitlements import Entitlement
    from credential_process.sandbox.state.realm import Realm
    from credential_process.sandbox.state.tokens import AccessToken

_MAY_LIST = "account_access:read_only"
_MAY_ASSUME = "account_access:assume"
_TENANT_ID = re.compile(r"aa-[a-z0-9-]{0,21}")
_SESSION_NAME = re.compile(r"[a-zA-Z0-9_+=,.@-]{2,64}")
_LARGEST_PAGE = 100
_SHORTEST_SECONDS = 900
_LONGEST_SECONDS = 43_200


def list_roles(realm: Realm, request: Request) -> Response:
    """List the roles that the user may assume in a tenant, in pages."""
    presented = _presented(realm, request, _MAY_LIST)
    entitlements = _entitlements(realm, request, presented)
    if entitlements is None:
        raise AccountAccessError("ValidationException", "The tenant does not exist")
    tenant_id = request.query["tenantId"]
    size = _number(request, "maxResults", 1, _LARGEST_PAGE) or _LARGEST_PAGE
    try:
        listed, next_token = page(
            entitlements,
            size=size,
            next_token=request.query.get("nextToken"),
            listing=f"{request.path}?{tenant_id}",
        )
    except ValueError:
        raise AccountAccessError("ValidationException", "Invalid nextToken") from None
    document: dict[str, object] = {"roles": [_entry(realm, one) for one in listed]}
    return json_response(document if next_token is None else {**document, "nextToken": next_token})


def get_role_credentials(realm: Realm, request: Request) -> Response:
    """Issue credentials for a role, by its ARN."""
    presented = _presented(realm, request, _MAY_ASSUME)
    entitlements = _entitlements(realm, request, presented) or []
    role_arn = _required(request, "roleArn")
    if _required(request, "accessType") != "PROGRAMMATIC_ACCESS":
        raise AccountAccessError("ValidationException", "Invalid accessType")
    user_name = presented.session.user_name
    session_name = request.query.get("sessionName", user_name)
    if "sessionName" in request.query and not _SESSION_NAME.fullmatch(session_name):
        raise AccountAccessError("ValidationException", "Invalid sessionName")
    seconds = _number(request, "sessionDuration", _SHORTEST_SECONDS, _LONGEST_SECONDS)
    entitlement = next((one for one in entitlements if one.role_arn == role_arn), None)
    if entitlement is None:
        raise AccountAccessError("AccessDeniedException", "You are not entitled to this role")
    if seconds is not None and seconds > entitlement.longest_seconds:
        raise AccountAccessError(
            "ValidationException",
            "sessionDuration exceeds the maximum session duration of the role",
        )
    issued = realm.role_credentials.issue(
        account_id=entitlement.account_id,
        role_name=entitlement.role_name,
        user_name=session_name,
        seconds=seconds or entitlement.longest_seconds,
        issued=Issued(
            start_url=presented.start_url,
            region=presented.region,
            user_name=user_name,
            account_id=entitlement.account_id,
            role_name=entitlement.role_name,
            session_id=presented.session.session_id,
            access_token=presented.access_token,
            role_arn=role_arn,
            tenant_id=request.query["tenantId"],
        ),
    )
    keys = {
        "accessKeyId": issued.access_key_id,
        "secretAccessKey": issued.secret_access_key,
        "sessionToken": issued.session_token,
        "expiresAt": int(issued.ends_at),
    }
    return json_response({"credentialsDetails": {"programmaticAccess": keys}})


def _presented(realm: Realm, request: Request, scope: str) -> AccessToken:
    """Return the bearer token of a request, if it has a scope."""
    scheme, _, access_token = request.headers.get("authorization", "").partition(" ")
    presented = realm.tokens.valid(access_token.strip(), request.region)
    if scheme.lower() != "bearer" or presented is None:
        raise AccountAccessError("UnauthorizedException", "The bearer token is not valid")
    if scope not in presented.scopes:
        raise AccountAccessError(
            realm.settings.missing_scope, f"The token does not have the scope {scope}"
        )
    return presented


def _entitlements(
    realm: Realm, request: Request, presented: AccessToken
) -> list[Entitlement] | None:
    tenant_id = _required(request, "tenantId")
    if not _TENANT_ID.fullmatch(tenant_id):
        raise AccountAccessError("ValidationException", "Invalid tenantId")
    return realm.entitlements.of(tenant_id, presented.session.user_name)


def _entry(realm: Realm, entitlement: Entitlement) -> dict[str, str]:
    entry = {"accountId": entitlement.account_id, "roleArn": entitlement.role_arn}
    name = realm.organisation.name_of(entitlement.account_id)
    return entry if name is None else {**entry, "accountName": name}


def _required(request: Request, name: str) -> str:
    value = request.query.get(name, "")
    if not value:
        raise AccountAccessError("ValidationException", f"Missing required parameter: {name}")
    return value


def _number(request: Request, name: str, least: int, most: int) -> int | None:
    written = request.query.get(name)
    if written is None:
        return None
    if not re.fullmatch(r"[0-9]{1,9}", written) or not least <= int(written) <= most:
        raise AccountAccessError("ValidationException", f"{name} must be from {least} to {most}")
    return int(written)
