"""A group of commands, each in a module of its own that is imported when it is needed."""

from __future__ import annotations

import importlib
import keyword
from typing import TYPE_CHECKING, Any

import click

from credential_process.errors import UsageError, printable
from credential_process.identifiers import closest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from click.shell_completion import CompletionItem

    Table = Mapping[str, Mapping[str, str]]


class Commands(click.Group):
    """The commands of a package, each in the module of its name; `table` has their help by heading and name."""

    def __init__(self, *args: Any, package: str, table: Table, **kwargs: Any) -> None:  # noqa: ANN401  click's
        super().__init__(*args, **kwargs)
        self._package = package
        self._table = table

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's signature
        """List the commands in the order of their headings."""
        return [name for commands in self._table.values() for name in commands]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        if cmd_name not in self.list_commands(ctx):
            return None
        name = f"{cmd_name}_" if keyword.iskeyword(cmd_name) else cmd_name
        command: click.Command = getattr(importlib.import_module(f"{self._package}.{name}"), name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find a command, or fail with the name of one that is spelled alike; `help NAME` is `NAME --help`."""
        if args[0] == "help":
            if not args[1:]:
                click.echo(ctx.get_help())
                ctx.exit()
            args = [*args[1:], "--help"]
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError:
            if args[0].startswith("-"):
                raise

            alike = closest(args[0], self.list_commands(ctx))
            raise UsageError(
                f"there is no command {printable(args[0], limit=60)!r}",
                hint=f"did you mean {alike!r}?" if alike else f"see: {ctx.command_path} --help",
            ) from None

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete the name of a command, with its text from the table, or an option of the group."""
        if incomplete.startswith("-"):
            return super().shell_complete(ctx, incomplete)
        from click.shell_completion import CompletionItem  # only Tab needs it

        return [
            CompletionItem(name, help=text)
            for commands in self._table.values()
            for name, text in commands.items()
            if name.startswith(incomplete)
        ]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002  the same
        """Describe the commands without importing them."""
        for heading, commands in self._table.items():
            with formatter.section(heading):
                formatter.write_dl(list(commands.items()))
