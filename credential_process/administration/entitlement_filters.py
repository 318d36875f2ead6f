"""Which entitlements of an application to ask for: filters of ListEntitlements, each with one value at most."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from credential_process.administration.selection import EntitlementSelection

    Filter = dict[str, Any]

Principal = tuple[str, str]
_MEMBERS = {"USER": "userId", "GROUP": "groupId"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for in one application, by ids; None means all."""

    accounts: Collection[str] | None
    principals: Sequence[Principal] | None
    selection: EntitlementSelection

    def filters(self) -> list[Filter]:
        """Return the filters that together list all of it: one for each principal, or else for each account or role."""
        arns = self.selection.role_arns
        common: Filter = {"roleArn": arns[0]} if arns is not None and len(arns) == 1 else {}
        if self.accounts is not None and len(self.accounts) == 1:
            common["account"] = next(iter(self.accounts))
        each: list[Filter]
        if self.principals is not None:
            each = [
                {"principal": {"identityCenter": {_MEMBERS[kind]: principal_id}}}
                for kind, principal_id in self.principals
            ]
        elif self.accounts is not None:
            each = [{"account": account} for account in self.accounts]
        else:
            each = [{"roleArn": arn} for arn in arns or ()] or [{}]
        return [_filter({**common, **one}) for one in each]

    def includes(self, granted: Mapping[str, Any]) -> bool:
        """Return whether a grant is in these accounts, and to these principals."""
        return (self.accounts is None or granted["account"] in self.accounts) and (
            self.principals is None or principal_of(granted) in self.principals
        )


def principal_of(granted: Mapping[str, Any]) -> Principal | None:
    """Return the user or group of a grant; None for anything else, which later versions of the API may have."""
    identity = granted["principal"].get("identityCenter", {})
    found = [(kind, identity[member]) for kind, member in _MEMBERS.items() if member in identity]
    return found[0] if found else None


def _filter(members: dict[str, Any]) -> Filter:
    return {"principalRole": members} if members else {}
