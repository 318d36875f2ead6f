"""The options that choose whose access is listed, and where."""

from __future__ import annotations

from dataclasses import fields
from functools import wraps
from typing import TYPE_CHECKING, Any

from credential_process.cli.options import option

if TYPE_CHECKING:
    from collections.abc import Callable

    from credential_process.administration.selection import Selection

    Command = Callable[..., Any]
    Decorator = Callable[[Command], Command]


def filter_options(kind: type[Selection], *own: Decorator) -> Decorator:
    """Return a decorator that adds the options, and passes them as a `selection` of this kind.

    `own` are options of this kind alone; each option is named as the field that it fills. Raises `UsageError` for
    filters that can match nothing, before the command is called.
    """
    names = [field.name for field in fields(kind)]
    all_options: tuple[Decorator, ...] = (
        option("--user", "users", multiple=True),
        option("--group", "groups", multiple=True),
        *own,
        option("--account", "accounts", multiple=True),
        option("--ou", "units", multiple=True),
        option("--recursive", "is_recursive"),
        option("--through-groups"),
        option("--no-names", "with_names", callback=lambda _context, _option, given: not given),
    )

    def decorate(command: Command) -> Command:
        @wraps(command)
        def with_selection(*arguments: object, **others: Any) -> object:  # noqa: ANN401  click's
            selection = kind(**{name: others.pop(name) for name in names})
            return command(*arguments, selection=selection, **others)

        decorated: Command = with_selection
        for each in reversed(all_options):
            decorated = each(decorated)
        return decorated

    return decorate
