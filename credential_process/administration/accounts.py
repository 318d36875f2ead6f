"""Names and ids of the accounts of an organization, and the units that they are in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from credential_process.administration.errors import NotFound
from credential_process.administration.named import Named
from credential_process.identifiers import is_account_id

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from credential_process.administration.calls import Calls


class Accounts:
    """The accounts of the organization that the profile's account is in; `region` chooses the partition."""

    def __init__(self, calls: Calls, region: str) -> None:
        self._calls = calls
        self._region = region

    def find(self, texts: Sequence[str]) -> list[list[Named]]:
        """Return for each text the account with this id, or all with this name."""
        names = [text for text in texts if not is_account_id(text)]
        listed = list(self.all()) if names else []
        return [
            self._with_id(text)
            if is_account_id(text)
            else [each for each in listed if each.name == text]
            for text in texts
        ]

    def name(self, account_id: str) -> str | None:
        """Return the name of an account; None if it is not in the organization."""
        try:
            reply = self._calls.call(
                "organizations", self._region, "DescribeAccount", AccountId=account_id
            )
        except NotFound:
            return None
        return str(reply["Account"].get("Name") or "")

    def all(self) -> Iterator[Named]:
        """Yield all of them, closed ones too."""
        return self._listed("ListAccounts")

    def in_unit(self, unit_id: str) -> Iterator[Named]:
        """Yield those directly in an organizational unit, or in a root."""
        return self._listed("ListAccountsForParent", ParentId=unit_id)

    def units_in(self, unit_id: str) -> Iterator[str]:
        """Yield the ids of the organizational units directly in one, or in a root."""
        units = self._calls.pages(
            *("organizations", self._region, "ListOrganizationalUnitsForParent"),
            "OrganizationalUnits",
            ParentId=unit_id,
        )
        return (unit["Id"] for unit in units)

    def _with_id(self, account_id: str) -> list[Named]:
        name = self.name(account_id)
        return [] if name is None else [Named(name, account_id)]

    def _listed(self, operation: str, **parameters: str) -> Iterator[Named]:
        found = self._calls.pages(
            "organizations", self._region, operation, "Accounts", **parameters
        )
        return (Named(str(each.get("Name") or ""), each["Id"]) for each in found)
