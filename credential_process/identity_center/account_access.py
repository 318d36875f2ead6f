"""Account access manager for its users: IAM roles that are granted by their ARNs, and credentials of them.

A token needs scopes for it (`session.used_scopes`), each operation another one.
https://docs.aws.amazon.com/account-access-runtime/latest/APIReference/
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from credential_process.identity_center.calls import all_entries
from credential_process.identity_center.endpoints import ACCOUNT_ACCESS
from credential_process.identity_center.operations import Operation
from credential_process.identity_center.refusals import malformed
from credential_process.identity_center.replies import (
    EntitledRole,
    RoleKeys,
    entitled_roles,
    role_keys,
    timestamp,
)

if TYPE_CHECKING:
    from credential_process.identity_center.calls import Calls

LIST_ROLES = Operation(ACCOUNT_ACCESS, "GET", "/access")
GET_ROLE_CREDENTIALS = Operation(ACCOUNT_ACCESS, "GET", "/access/credentials")


class AccountAccess:
    """Account access manager in the region and service environment of its calls."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def roles(self, access_token: str, tenant_id: str) -> tuple[list[EntitledRole], list[str]]:
        """List the roles that the user may assume in a tenant (ListRoles).

        The second list has the ARNs that are not valid ones, for display only. Raises `Unauthorized` when the token is
        not accepted.
        """
        found = all_entries(
            self._calls, LIST_ROLES, "roles", accessToken=access_token, tenantId=tenant_id
        )
        return entitled_roles(found)

    def role_credentials(
        self,
        access_token: str,
        *,
        tenant_id: str,
        role_arn: str,
        session_name: str = "",
        duration_seconds: int | None = None,
        deadline: float = math.inf,
    ) -> RoleKeys:
        """Get credentials of a role (GetRoleCredentials), with no try after the `deadline` (monotonic).

        Without a name and a duration of the session, the service chooses them. Raises `Unauthorized` when the token is
        not accepted, `Refused` when the role is not granted, and `UsageError` for values that the service does not
        accept, such as a duration over that of the role.
        """
        session = {"sessionName": session_name} if session_name else {}
        duration = {} if duration_seconds is None else {"sessionDuration": duration_seconds}
        reply = self._calls.call(
            GET_ROLE_CREDENTIALS,
            2,
            deadline,
            accessToken=access_token,
            tenantId=tenant_id,
            roleArn=role_arn,
            accessType="PROGRAMMATIC_ACCESS",
            **session,
            **duration,
        )
        details = reply.get("credentialsDetails")
        keys = details.get("programmaticAccess") if isinstance(details, dict) else None
        if not isinstance(keys, dict):
            raise malformed("GetRoleCredentials")
        return role_keys(keys, timestamp(keys, "expiresAt"))
