"""What a user typed to name a session: options and arguments that are remembered instead of passed to the command."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from credential_process.cli.options import Command, option

if TYPE_CHECKING:
    from collections.abc import Callable

_GIVEN = f"{__name__}.given"
_REPEATED = f"{__name__}.repeated"


def remembered(name: str, **settings: str | bool | None) -> Callable[[Command], Command]:
    """Return the decorator for an option that `given` returns, in place of an argument of the command."""
    return option(name, callback=remember, expose_value=False, **settings)


def remember(
    context: click.Context,
    option: click.Parameter,
    value: str | bool | tuple[str, ...] | None,  # noqa: FBT001  click's signature
) -> None:
    """Remember the value of an option or argument under its first name, unless it was not given; for click.

    Of an option that can be repeated, that is the first value.
    """
    if isinstance(value, tuple):
        context.meta.setdefault(_REPEATED, {})[option.opts[0]] = value
        value = value[0] if value else None
    if value not in {None, False}:
        text = value if isinstance(value, str) else "yes"
        context.meta.setdefault(_GIVEN, {})[option.opts[0]] = text


def given() -> dict[str, str]:
    """Return what the running command was given, by option: a flag as ``yes``, and the argument as ``name``."""
    values: dict[str, str] = click.get_current_context().meta.get(_GIVEN, {})
    return values


def repeated(name: str) -> tuple[str, ...]:
    """Return all values of an option that can be repeated."""
    values: dict[str, tuple[str, ...]] = click.get_current_context().meta.get(_REPEATED, {})
    return values.get(name, ())
