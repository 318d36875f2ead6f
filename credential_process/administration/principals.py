"""Names and ids of the users and groups of an instance."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from credential_process.administration.errors import NotFound
from credential_process.administration.named import Named

if TYPE_CHECKING:
    from collections.abc import Iterator

    from credential_process.administration.calls import Calls
    from credential_process.administration.instances import Instance

_PRINCIPAL_ID = re.compile(r"([0-9a-f]{10}-)?[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


class Principals:
    """The users, or the groups, of an instance's identity store."""

    def __init__(self, calls: Calls, instance: Instance, kind: str) -> None:
        self._calls = calls
        self._instance = instance
        self._kind = kind.capitalize()
        self._name = "UserName" if kind == "USER" else "DisplayName"

    def find(self, text: str) -> list[Named]:
        """Return the one with this id, or with this name, in a list; empty if there is none."""
        if _PRINCIPAL_ID.fullmatch(text):
            name = self.name(text)
            return [] if name is None else [self._named(name, text)]
        path = self._name[0].lower() + self._name[1:]
        unique = {"UniqueAttribute": {"AttributePath": path, "AttributeValue": text}}
        try:
            reply = self._call(f"Get{self._kind}Id", AlternateIdentifier=unique)
        except NotFound:
            return []
        return [self._named(text, reply[f"{self._kind}Id"])]

    def name(self, principal_id: str) -> str | None:
        """Return the name of the one with this id; None if it was deleted."""
        try:
            reply = self._call(f"Describe{self._kind}", **{f"{self._kind}Id": principal_id})
        except NotFound:
            return None
        return str(reply.get(self._name) or "")

    def groups_of(self, user_id: str) -> list[str]:
        """Return the ids of the groups that a user is in."""
        found = self._pages(
            "ListGroupMembershipsForMember", "GroupMemberships", MemberId={"UserId": user_id}
        )
        return [each["GroupId"] for each in found]

    def all(self) -> Iterator[Named]:
        """Yield all of them."""
        for each in self._pages(f"List{self._kind}s", f"{self._kind}s"):
            yield self._named(str(each.get(self._name) or ""), each[f"{self._kind}Id"])

    def _call(self, operation: str, **parameters: object) -> dict[str, str]:
        store = self._instance.identity_store_id
        region = self._instance.region
        return self._calls.call(
            "identitystore", region, operation, IdentityStoreId=store, **parameters
        )

    def _pages(self, operation: str, key: str, **parameters: object) -> Iterator[Any]:
        store = self._instance.identity_store_id
        region = self._instance.region
        return self._calls.pages(
            *("identitystore", region, operation, key), IdentityStoreId=store, **parameters
        )

    def _named(self, name: str, principal_id: str) -> Named:
        return Named(name, principal_id, self._instance.arn, self._instance.region)
