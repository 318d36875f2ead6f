"""The operations that are called, as in the API references; a test compares them with botocore's models."""

from __future__ import annotations

import json
from typing import NamedTuple
from urllib.parse import quote, urlencode

from credential_process.identity_center.endpoints import ACCOUNT_ACCESS, OIDC, PORTAL

Parameters = dict[str, "str | int | list[str]"]

_TOKEN = "accessToken"  # noqa: S105  the name of a parameter
_TOKEN_HEADER = "x-amz-sso_bearer_token"  # noqa: S105  the name of a header
_IN_QUERY = {
    PORTAL: {
        "accountId": "account_id",
        "roleName": "role_name",
        "nextToken": "next_token",
        "maxResults": "max_result",
    },
    ACCOUNT_ACCESS: {
        name: name
        for name in (
            *("tenantId", "roleArn", "accessType", "sessionName", "sessionDuration"),
            *("nextToken", "maxResults"),
        )
    },
}


class Request(NamedTuple):
    """What goes over HTTP; `target` is a path with its query."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes | None

    def __repr__(self) -> str:
        return f"Request({self.method} {self.target})"  # without the secrets


class Operation(NamedTuple):
    """An operation of one of the three services."""

    service: str
    method: str
    path: str

    def request(self, parameters: Parameters) -> Request:
        """Return the request: sso-oidc takes a JSON object, the others a query, and the token in a header."""
        if self.service == OIDC:
            headers = {"Content-Type": "application/json"}
            return Request(self.method, self.path, headers, json.dumps(parameters).encode())
        names = _IN_QUERY[self.service].items()
        query = {wire: parameters[name] for name, wire in names if name in parameters}
        target = f"{self.path}?{urlencode(query, quote_via=quote)}" if query else self.path
        token = str(parameters[_TOKEN])
        is_portal = self.service == PORTAL
        headers = {_TOKEN_HEADER: token} if is_portal else {"Authorization": f"Bearer {token}"}
        return Request(self.method, target, headers, None)


REGISTER_CLIENT = Operation(OIDC, "POST", "/client/register")
START_DEVICE_AUTHORIZATION = Operation(OIDC, "POST", "/device_authorization")
CREATE_TOKEN = Operation(OIDC, "POST", "/token")
GET_ROLE_CREDENTIALS = Operation(PORTAL, "GET", "/federation/credentials")
LIST_ACCOUNTS = Operation(PORTAL, "GET", "/assignment/accounts")
LIST_ACCOUNT_ROLES = Operation(PORTAL, "GET", "/assignment/roles")
LOGOUT = Operation(PORTAL, "POST", "/logout")
