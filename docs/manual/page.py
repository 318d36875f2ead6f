"""The manual page: every command with its options, and what the exit codes mean."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import TYPE_CHECKING

import click

from credential_process import errors
from credential_process.cli import commands
from docs.manual import roff

if TYPE_CHECKING:
    from collections.abc import Iterator

NAME = "sso-credential-process"
FILE = Path(__file__).with_name(f"{NAME}.1")
SUMMARY = "AWS credentials through IAM Identity Center (AWS SSO) in any SDK or tool"
EXIT_CODES = {
    0: "Success.",
    **{
        kind.exit_code: inspect.getdoc(kind) or ""
        for kind in (
            errors.SignInOpen,
            errors.UsageError,
            errors.SignInNeeded,
            errors.Refused,
            errors.Unavailable,
            errors.Defect,
        )
    },
    130: "Interrupted.",
}
FILES = {
    "~/.aws/config": "Profiles and SSO sessions, shared with the AWS CLI and the SDKs.",
    "~/.aws/sso/cache": "Access tokens, shared with the AWS CLI.",
    "~/.aws/sso-credential-process": "Cached credentials, open sign-ins and logs.",
}


def page() -> str:
    """Return the page in roff. It has no date and no version, so that it changes with the commands only."""
    context = click.Context(commands, info_name=NAME, **commands.context_settings)
    name = roff.text(NAME)
    lines = [
        '.\\" Written by `make manual` from the help of the commands.',
        f'.TH "{name.upper()}" 1 "" "{name}"',
        ".ad l",
        ".nh",
        ".SH NAME",
        f"{name} \\- {roff.text(SUMMARY)}",
        ".SH SYNOPSIS",
        f"{roff.bold(NAME)} [OPTIONS] COMMAND [ARGS]...",
        ".SH DESCRIPTION",
        *roff.paragraphs(commands.help or ""),
        ".SH OPTIONS",
        *_options(commands, context),
        ".SH COMMANDS",
        *(line for command in _commands(commands, context) for line in _command(*command)),
        ".SH EXIT STATUS",
        *_list({str(code): meaning for code, meaning in EXIT_CODES.items()}),
        ".SH FILES",
        *_list(FILES),
        ".SH SEE ALSO",
        f"{roff.bold('aws')}(1)",
    ]
    return "\n".join(lines) + "\n"


def _commands(
    group: click.Group, above: click.Context
) -> Iterator[tuple[click.Command, click.Context]]:
    """Yield every command below a group with its context, a group before its own commands."""
    for name in group.list_commands(above):
        command = group.get_command(above, name)
        assert command is not None, name
        context = click.Context(command, parent=above, info_name=name)
        yield command, context
        if isinstance(command, click.Group):
            yield from _commands(command, context)


def _command(command: click.Command, context: click.Context) -> Iterator[str]:
    yield f'.SS "{roff.text(context.command_path.removeprefix(NAME).strip())}"'
    usage = " ".join(command.collect_usage_pieces(context))
    yield f"{roff.bold(context.command_path)} {roff.text(usage)}"
    yield from roff.paragraphs(command.help or "")
    yield from _options(command, context)


def _options(command: click.Command, context: click.Context) -> Iterator[str]:
    records = (parameter.get_help_record(context) for parameter in command.get_params(context))
    yield from _list({names: meaning for names, meaning in filter(None, records) if meaning})


def _list(meanings: dict[str, str]) -> Iterator[str]:
    for name, meaning in meanings.items():
        yield from (".TP", roff.bold(name), roff.prose(meaning))
