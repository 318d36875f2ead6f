"""Which assignments or entitlements are asked for, and what that means in an organization."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from credential_process.administration.errors import NoOrganization, NotFound
from credential_process.errors import UsageError, printable
from credential_process.identifiers import is_account_id, is_role_arn

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from credential_process.administration.accounts import Accounts
    from credential_process.administration.applications import Application
    from credential_process.administration.workers import Workers

_UNIT = re.compile(r"r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}")


@dataclass(frozen=True, slots=True)
class Selection:
    """Whose access to list, and where; each filter that is not empty must match.

    Users, groups and accounts are named by id, by name, or by a regular expression that matches the whole name.
    `units` are ids of organizational units or roots; `is_recursive` includes the units in them. `through_groups` adds
    what the users have through groups. Without `with_names` nothing is looked up for output.
    """

    users: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    is_recursive: bool = False
    through_groups: bool = False
    with_names: bool = True

    def __post_init__(self) -> None:
        """Raise `UsageError` for filters that can match nothing."""
        for unit in self.units:
            if not _UNIT.fullmatch(unit):
                raise UsageError(
                    f"{printable(unit, limit=80)!r} is not the id of an organizational unit",
                    hint="it begins with ou-, or with r- for a root",
                )
        if self.is_recursive and not self.units:
            raise UsageError(
                "a recursive list needs an organizational unit", hint="choose one by its id"
            )
        if self.through_groups and not self.users:
            raise UsageError("listing through groups needs a user", hint="choose one")
        for text in self.accounts:
            compiled(text)

    @property
    def has_principals(self) -> bool:
        """Whether users or groups are chosen."""
        return bool(self.users or self.groups)

    def chosen_accounts(self, accounts: Accounts, workers: Workers) -> dict[str, str] | None:
        """Return the chosen accounts by id, with their names where they are known; None means all.

        Raises `UsageError` for an account or a unit that is not there.
        """
        chosen = None
        if self.units:
            chosen = _in_units(accounts, workers, self.units, is_recursive=self.is_recursive)
        if self.accounts:
            named = self._named(accounts)
            chosen = (
                named
                if chosen is None
                else {id_: name for id_, name in chosen.items() if id_ in named}
            )
        return chosen

    def _named(self, accounts: Accounts) -> dict[str, str]:
        if all(map(is_account_id, self.accounts)):
            return dict.fromkeys(self.accounts, "")
        listed = list(accounts.all())
        found: dict[str, str] = {}
        for text in self.accounts:
            matching = {each.id: each.name for each in listed if _names(text, (each.id, each.name))}
            if not matching:
                raise UsageError(
                    f"no account in the organization matches {printable(text, limit=80)!r}",
                    hint="give its id, its whole name, or a regular expression for either",
                )
            found |= matching
        return found


@dataclass(frozen=True, slots=True)
class AssignmentSelection(Selection):
    """Which assignments to list; permission sets are named as users are."""

    permission_sets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EntitlementSelection(Selection):
    """Which entitlements to list.

    Applications are named by ARN, by the end of the ARN or by their tenant; roles by ARN, by the name without the
    path, or by a regular expression that matches the whole of either.
    """

    applications: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Raise `UsageError` for filters that can match nothing."""
        Selection.__post_init__(self)  # `super()` does not know a class with slots
        for text in self.roles:
            compiled(text)

    @property
    def role_arns(self) -> tuple[str, ...] | None:
        """The ARNs of the roles; None if they are not known, because one has a name, or none is chosen."""
        return self.roles if self.roles and all(map(is_role_arn, self.roles)) else None

    def includes_role(self, arn: str) -> bool:
        """Return whether a role is chosen."""
        words = (arn, arn.rpartition("/")[2])
        return not self.roles or any(_names(text, words) for text in self.roles)

    def chosen_applications(self, listed: Sequence[Application]) -> list[Application]:
        """Return the chosen ones of these applications; raises `UsageError` for one that is not among them."""
        for text in self.applications:
            if not any(each.is_named(text) for each in listed):
                raise UsageError(
                    f"there is no application {printable(text, limit=80)!r}",
                    hint="sso-credential-process admin applications lists all",
                )
        return [
            each
            for each in listed
            if not self.applications or any(map(each.is_named, self.applications))
        ]


def compiled(text: str) -> re.Pattern[str]:
    """Compile a regular expression; raises `UsageError` for an invalid one."""
    try:
        return re.compile(text)
    except (re.error, OverflowError, RecursionError) as error:
        raise UsageError(
            f"{printable(text, limit=80)!r} is not a valid regular expression: {error}",
            hint="put a \\ before ( [ . + * ? to match them literally",
        ) from None


def _names(text: str, words: Sequence[str]) -> bool:
    """Return whether a text is one of the words, or a regular expression for the whole of one."""
    return text in words or any(map(compiled(text).fullmatch, words))


def _in_units(
    accounts: Accounts, workers: Workers, units: Iterable[str], *, is_recursive: bool
) -> dict[str, str]:
    """Return the accounts in these units, level by level: the units of a level are asked at once."""
    found: dict[str, str] = {}
    seen: set[str] = set()
    level = list(dict.fromkeys(units))
    try:
        while level:
            seen |= set(level)
            for listed in workers.in_order(lambda unit: list(accounts.in_unit(unit)), level):
                found |= {each.id: each.name for each in listed}
            if not is_recursive:
                break
            below = workers.in_order(lambda unit: list(accounts.units_in(unit)), level)
            level = [unit for listed in below for unit in listed if unit not in seen]
    except (NotFound, NoOrganization) as error:
        raise UsageError(error.message, hint="check the id of the organizational unit") from None
    return found
