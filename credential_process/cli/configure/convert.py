"""What `import` and `export` share: which profiles, and how each is written anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from credential_process.cli import completers
from credential_process.cli.options import Command, option
from credential_process.errors import UsageError, printable

if TYPE_CHECKING:
    from collections.abc import Callable

    from credential_process.cli.configure.writing import Writing
    from credential_process.config.sections import Section, Sections


def profile_arguments(command: Command) -> Command:
    """Give a command the profiles that it is about, as its argument `names`, and `--all`."""
    command = option("--all", "everything", help="All profiles that can be converted.")(command)
    argument = click.argument(
        "names", nargs=-1, metavar="[PROFILE]...", shell_complete=completers.profiles
    )
    return argument(command)


def convert(
    writing: Writing,
    names: tuple[str, ...],
    converted: Callable[[Section, Sections], str | None],
    *,
    everything: bool,
    what: str,
) -> None:
    """Write profiles anew; `converted` gives the new text, or None for one that is not `what`.

    Raises `UsageError` for a profile that is named and is none, and where there are none.
    """
    if bool(names) == everything:
        raise UsageError("say which profiles", hint="name them, or give --all")

    def change(sections: Sections) -> None:
        found = {
            section.profile: (section, text)
            for section in sections.all
            if section.profile and (text := converted(section, sections)) is not None
        }
        missing = [name for name in names if name not in found]
        if missing or not found:
            which = (
                f"[profile {printable(missing[0], limit=80)}] is no" if missing else "there is no"
            )
            known = printable(", ".join(found) or "none", limit=200)
            raise UsageError(f"{which} {what}", hint=f"those that are: {known}")
        for name, (section, text) in found.items():
            if everything or name in names:
                sections.replace(section, text)

    writing.edit(writing.config, change)
