"""The options that choose among the roles that a session gives, and the roles that are chosen."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import click

from credential_process.config.profile_names import patterns

if TYPE_CHECKING:
    import re
    from collections.abc import Callable

    from credential_process.stores.account_list import Assignment

_OPTIONS = {
    "--role": (
        "NAME",
        "Only roles of this name, or that it matches as a regular expression, in full.",
    ),
    "--account": (
        "ID|NAME",
        "Only accounts with this id or name, or that it matches as a regular expression, in full.",
    ),
}
Command = TypeVar("Command", bound="Callable[..., Any]")


@dataclass(frozen=True, slots=True)
class Selection:
    """Which accounts and roles are wanted: by id, by name, or by a pattern that matches the whole name."""

    accounts: tuple[str, ...]
    roles: tuple[str, ...]
    account_patterns: tuple[re.Pattern[str], ...]
    role_patterns: tuple[re.Pattern[str], ...]

    @classmethod
    def of(cls, accounts: tuple[str, ...], roles: tuple[str, ...]) -> Selection:
        """Read the options; raises `UsageError` for a pattern that is none."""
        return cls(accounts, roles, patterns("--account", accounts), patterns("--role", roles))

    def includes(self, role: Assignment) -> bool:
        """Tell whether a role is wanted."""
        in_account = any(
            _is_named(name, self.accounts, self.account_patterns)
            for name in (role.account_id, role.account_name)
        )
        return (in_account or not self.accounts) and (
            not self.roles or _is_named(role.role_name, self.roles, self.role_patterns)
        )


def selection_options(command: Command) -> Command:
    """Give a command `--account` and `--role`, as its argument `selection`, and `--refresh`."""

    @functools.wraps(command)
    def with_selection(
        *args: object, account: tuple[str, ...], role: tuple[str, ...], **kwargs: object
    ) -> object:
        return command(*args, selection=Selection.of(account, role), **kwargs)

    for name, (value, text) in _OPTIONS.items():
        option = click.option(name, metavar=value, multiple=True, help=text)
        with_selection = option(with_selection)
    refresh = click.option(
        "--refresh", is_flag=True, help="Ask the service even if it was asked within the hour."
    )
    return refresh(with_selection)  # type: ignore[return-value]  # click adds no more than attributes


def _is_named(name: str, names: tuple[str, ...], its_patterns: tuple[re.Pattern[str], ...]) -> bool:
    return name in names or any(pattern.fullmatch(name) for pattern in its_patterns)
