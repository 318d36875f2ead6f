"""The options that select roles of a session."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from credential_process.cli.options import Command, option
from credential_process.config.profile_names import patterns
from credential_process.identifiers import is_account_id

if TYPE_CHECKING:
    import re

    from credential_process.stores.account_list import Assignment


@dataclass(frozen=True, slots=True)
class Selection:
    """The accounts and roles to include: by ID, by name, or by a pattern that matches the whole of either."""

    accounts: tuple[str, ...]
    roles: tuple[str, ...]
    account_patterns: tuple[re.Pattern[str], ...]
    role_patterns: tuple[re.Pattern[str], ...]

    @classmethod
    def of(cls, accounts: tuple[str, ...], roles: tuple[str, ...]) -> Selection:
        """Read the options; raises `UsageError` for an invalid pattern."""
        return cls(accounts, roles, patterns("--account", accounts), patterns("--role", roles))

    @property
    def is_given(self) -> bool:
        """Whether anything is selected, rather than everything."""
        return bool(self.accounts or self.roles)

    @property
    def account_ids(self) -> tuple[str, ...]:
        """The IDs of all accounts that are selected, if they are selected by nothing but their IDs; else empty."""
        return self.accounts if all(map(is_account_id, self.accounts)) else ()

    def includes(self, role: Assignment) -> bool:
        """Return whether a role is selected."""
        in_account = any(
            _is_named(name, self.accounts, self.account_patterns)
            for name in (role.account_id, role.account_name)
        )
        return (in_account or not self.accounts) and (
            not self.roles or _is_named(role.role_name, self.roles, self.role_patterns)
        )


def selection_options(command: Command) -> Command:
    """Add `--account` and `--role`, passed as the argument `selection`, and `--refresh`."""

    @functools.wraps(command)
    def with_selection(
        *args: object, account: tuple[str, ...], role: tuple[str, ...], **kwargs: object
    ) -> object:
        return command(*args, selection=Selection.of(account, role), **kwargs)

    decorated = option("--account", multiple=True)(option("--role", multiple=True)(with_selection))
    return option("--refresh")(decorated)  # type: ignore[return-value]  # click adds no more than attributes


def _is_named(name: str, names: tuple[str, ...], its_patterns: tuple[re.Pattern[str], ...]) -> bool:
    return name in names or any(pattern.fullmatch(name) for pattern in its_patterns)
