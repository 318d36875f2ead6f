"""The roles of account access manager: IAM roles by ARN, granted in a tenant."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .organisation import Organisation

ACCESS_TENANT = "aa-1234567890abcdef"
_ROLE_ARN = re.compile(
    r"arn:aws(?:-[a-z]+)*:iam::(?P<account_id>[0-9]{12}):role/(?:[\x21-\x7e]+/)?(?P<name>[\w+=,.@-]{1,64})",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Entitlement:
    """A role that users of a tenant may assume: those of ``user_names``, or all if that is None.

    ``longest_seconds`` is the maximum session duration of the role in IAM.
    """

    role_arn: str
    longest_seconds: int = 3600
    user_names: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        if not _ROLE_ARN.fullmatch(self.role_arn):
            raise ValueError(f"{self.role_arn!r} is not the ARN of a role")

    @property
    def account_id(self) -> str:
        """Return the account that the role is in."""
        return self._part("account_id")

    @property
    def role_name(self) -> str:
        """Return the name of the role in IAM, without its path."""
        return self._part("name")

    def _part(self, name: str) -> str:
        match = _ROLE_ARN.fullmatch(self.role_arn)
        return match[name] if match else ""


class Entitlements:
    """All entitlements by tenant; by default one tenant has a role for each role of the organisation."""

    def __init__(
        self, organisation: Organisation, wanted: Mapping[str, Sequence[Entitlement]] | None
    ) -> None:
        self._organisation = organisation
        self._wanted = wanted

    def of(self, tenant_id: str, user_name: str) -> list[Entitlement] | None:
        """Return the roles of a user in a tenant, in the order in which they are listed; None without such a tenant."""
        granted = self._all().get(tenant_id)
        if granted is None:
            return None
        return [one for one in granted if one.user_names is None or user_name in one.user_names]

    def _all(self) -> Mapping[str, Sequence[Entitlement]]:
        if self._wanted is None:
            self._wanted = {ACCESS_TENANT: _of_accounts(self._organisation)}
        return self._wanted


def _of_accounts(organisation: Organisation) -> list[Entitlement]:
    return [
        Entitlement(f"arn:aws:iam::{account.account_id}:role/teams/{role_name}")
        for account in organisation.accounts
        for role_name in account.roles
    ]
