"""Who has which permission set where."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AccountAssignment:
    """A permission set that a user or a group (`principal_type` USER or GROUP) has in an account.

    `principal_name` is None for a user or group that was deleted: its assignments remain until they are removed. A
    name that was not looked up, or that AWS does not know, is empty.
    """

    account_id: str
    account_name: str
    permission_set_arn: str
    permission_set_name: str
    principal_type: str
    principal_id: str
    principal_name: str | None
    instance_arn: str
    region: str
