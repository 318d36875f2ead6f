"""The options for roles that a role assumes, in the order in which they were typed: each belongs to the last role."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from credential_process import warm
from credential_process.cli.options import Command, option
from credential_process.stores import role_chain

if TYPE_CHECKING:
    from collections.abc import Callable

_ORDER = f"{__name__}.order"
_VALUES = f"{__name__}.values"


class OrderedCommand(click.Command):
    """A command that remembers the order of its options, which click sorts by name."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the arguments twice: click keeps only the first place of an option that is repeated."""
        *_, order = self.make_parser(ctx).parse_args(args=list(args))
        ctx.meta[_ORDER] = [parameter.opts[0] for parameter in order]
        return super().parse_args(ctx, args)


def chain_options(command: Command) -> Command:
    """Add the options, which `typed_chain` reads, to an `OrderedCommand`."""
    for name in reversed(warm.CHAINED):
        command = _chained(name)(command)
    return command


def typed_chain() -> str:
    """Return the chain of roles that was typed, as `get` has it; raises `UsageError` if it is not one of its own."""
    meta = click.get_current_context().meta
    values = {name: iter(typed) for name, typed in meta.get(_VALUES, {}).items()}
    words = [word for name in meta[_ORDER] if name in values for word in (name, next(values[name]))]
    chain = warm.split(words).get(warm.CHAIN, "")
    role_chain.roles(chain)
    return chain


def _chained(name: str) -> Callable[[Command], Command]:
    return option(name, multiple=True, expose_value=False, callback=_remember)


def _remember(context: click.Context, parameter: click.Parameter, typed: tuple[str, ...]) -> None:
    context.meta.setdefault(_VALUES, {})[parameter.opts[0]] = typed
