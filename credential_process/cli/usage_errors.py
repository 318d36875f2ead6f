"""The errors that click finds in a command line, in one line like all others."""

from __future__ import annotations

import click

from credential_process.errors import UsageError, printable
from credential_process.identifiers import closest

# A group without a command prints its help. Before click 8.2 that was no error.
HELP: tuple[type[click.ClickException], ...] = tuple(
    filter(None, [getattr(click.exceptions, "NoArgsIsHelpError", None)])
)
_NAMING = ("--profile", "--sso-session")


def in_one_line(error: click.ClickException) -> UsageError:
    """Return an error of click with what to do: what was probably meant, how to name it, or where the help is."""
    context = getattr(error, "ctx", None)
    if isinstance(error, click.NoSuchOption):
        alike = closest(error.option_name, error.possibilities or ())
        return UsageError(
            f"there is no option {printable(error.option_name, limit=60)!r}",
            hint=f"did you mean {alike}?" if alike else _help(context),
        )
    message = printable(error.format_message().replace("\n", " "), limit=300).removesuffix(".")
    hint = (_naming(context) if "extra argument" in message else "") or _help(context)
    return UsageError(f"{message[:1].lower()}{message[1:]}", hint=hint)


def _naming(context: click.Context | None) -> str:
    """Return how the command takes a name, for a user who has given one without an option."""
    options = [name for each in context.command.params for name in each.opts] if context else []
    ways = [f"{option} NAME" for option in _NAMING if option in options]
    return f"to give a name: {' or '.join(ways)}" if ways else ""


def _help(context: click.Context | None) -> str:
    return f"see: {context.command_path} --help" if context else ""
