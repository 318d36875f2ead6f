"""The operations that are called, as in the API references; a test compares them with botocore's models."""

from __future__ import annotations

import json
from typing import NamedTuple
from urllib.parse import quote, urlencode

from credential_process.identity_center.endpoints import OIDC, PORTAL

Parameters = dict[str, "str | int | list[str]"]

_TOKEN = "accessToken"  # noqa: S105  the name of a parameter
_TOKEN_HEADER = "x-amz-sso_bearer_token"  # noqa: S105  the name of a header
_IN_QUERY = {
    "accountId": "account_id",
    "roleName": "role_name",
    "nextToken": "next_token",
    "maxResults": "max_result",
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
    """An operation of one of the two services."""

    service: str
    method: str
    path: str

    def request(self, parameters: Parameters) -> Request:
        """Return the request: the portal takes a header and a query, the other service a JSON object."""
        if self.service == OIDC:
            headers = {"Content-Type": "application/json"}
            return Request(self.method, self.path, headers, json.dumps(parameters).encode())
        query = {wire: parameters[name] for name, wire in _IN_QUERY.items() if name in parameters}
        target = f"{self.path}?{urlencode(query, quote_via=quote)}" if query else self.path
        return Request(self.method, target, {_TOKEN_HEADER: str(parameters[_TOKEN])}, None)


REGISTER_CLIENT = Operation(OIDC, "POST", "/client/register")
START_DEVICE_AUTHORIZATION = Operation(OIDC, "POST", "/device_authorization")
CREATE_TOKEN = Operation(OIDC, "POST", "/token")
GET_ROLE_CREDENTIALS = Operation(PORTAL, "GET", "/federation/credentials")
LIST_ACCOUNTS = Operation(PORTAL, "GET", "/assignment/accounts")
LIST_ACCOUNT_ROLES = Operation(PORTAL, "GET", "/assignment/roles")
LOGOUT = Operation(PORTAL, "POST", "/logout")
