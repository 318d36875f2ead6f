"""Convert profiles, for `import` and `export`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from credential_process.cli import completers
from credential_process.cli.options import Command, option
from credential_process.errors import UsageError, printable

if TYPE_CHECKING:
    from collections.abc import Callable

    from credential_process.cli.configure.writing import Writing
    from credential_process.config.profiles import Line
    from credential_process.config.sections import Section, Sections


def profile_arguments(command: Command) -> Command:
    """Add the arguments [PROFILE]..., passed as `names`, and `--all`."""
    command = option("--all", "everything", help="All profiles that can be converted.")(command)
    argument = click.argument(
        "names", nargs=-1, metavar="[PROFILE]...", shell_complete=completers.profiles
    )
    return argument(command)


def convert(
    writing: Writing,
    names: tuple[str, ...],
    line_of: Callable[[Section, Sections], Line | None],
    text_of: Callable[[Section, Line, str], str],
    *,
    everything: bool,
    what: str,
) -> None:
    """Rewrite profiles.

    `line_of` returns the role that a profile requests, or None if it is not a `what`. `text_of` returns the new text of
    one that is converted, with its line and the new lines of the file. Raises `UsageError` for a name that is not one,
    and if there are none.
    """
    if bool(names) == everything:
        raise UsageError("no profiles are given", hint="give their names, or --all")

    def change(sections: Sections) -> None:
        found = {
            section.profile: (section, line)
            for section in sections.all
            if section.profile and (line := line_of(section, sections)) is not None
        }
        missing = [name for name in names if name not in found]
        if missing or not found:
            which = (
                f"[profile {printable(missing[0], limit=80)}] is not a"
                if missing
                else "there is no"
            )
            known = printable(", ".join(found), limit=200)
            raise UsageError(
                f"{which} {what}",
                hint=f"you can convert: {known}"
                if known
                else "to add one, run: sso-credential-process configure profile NAME",
            )
        for name, (section, line) in found.items():
            if everything or name in names:
                sections.replace(section, text_of(section, line, sections.newline))

    writing.edit(writing.config, change)
