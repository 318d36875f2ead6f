"""The options that name a role: of a permission set, or of account access manager."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, TypeVar

from credential_process import warm
from credential_process.cli.options import options
from credential_process.config import tenants

if TYPE_CHECKING:
    from collections.abc import Callable

    from credential_process.session_reference import SessionReference

Result = TypeVar("Result")

OF_PERMISSION_SET = ("--account-id", "--role-name")
NAMES = (*OF_PERMISSION_SET, *warm.ACCESS)


def named_role_options(
    command: Callable[..., Result], names: tuple[str, ...] = NAMES
) -> Callable[..., Result]:
    """Add these options, and pass those that are given as the argument `named_role`, unchecked."""

    @functools.wraps(command)
    def with_named_role(*args: object, **kwargs: object) -> Result:
        given = {name: kwargs.pop(name[2:].replace("-", "_")) for name in names}
        named_role = {name: value for name, value in given.items() if value is not None}
        return command(*args, named_role=named_role, **kwargs)

    return options(*names)(with_named_role)


def is_of_account_access(role: dict[str, str]) -> bool:
    """Return whether options name a role of account access manager, or a part of one."""
    return any(option in role for option in warm.ACCESS)


def over(role: dict[str, str], named_role: dict[str, str]) -> dict[str, str]:
    """Return the options of a role, where those in `named_role` win, and those of the other kind are left out."""
    others: tuple[str, ...] = ()
    if is_of_account_access(named_role):
        others = OF_PERMISSION_SET
    elif any(option in named_role for option in OF_PERMISSION_SET):
        others = warm.ACCESS
    return {
        **{option: value for option, value in role.items() if option not in others},
        **named_role,
    }


def with_tenant(session: SessionReference, role: dict[str, str]) -> dict[str, str]:
    """Return the options of a role with the tenant of its session, unless they have one or need none.

    Raises `UsageError` if there is no tenant.
    """
    if not is_of_account_access(role) or warm.TENANT in role:
        return role
    return {**role, warm.TENANT: tenants.of_session(session)}
