"""`configure remove`: remove profiles that `configure` has added."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from credential_process import paths
from credential_process.cli import completers
from credential_process.cli.configure.writing import writing_options
from credential_process.cli.options import option
from credential_process.config import lines, profiles, reader, sessions
from credential_process.config.managed_profiles import REMOVABLE, name_of, origins
from credential_process.errors import UsageError, printable
from credential_process.session_reference import SessionReference

if TYPE_CHECKING:
    from collections.abc import Iterable

    from credential_process.cli.configure.writing import Writing
    from credential_process.config.sections import Section, Sections


@click.command()
@click.argument(
    "names", nargs=-1, metavar="[PROFILE]...", shell_complete=completers.managed_profiles
)
@option("--session")
@option("--all", "everything", help="The profiles of all sessions.")
@writing_options
def remove(
    names: tuple[str, ...], *, session: str | None, everything: bool, writing: Writing
) -> None:
    """Remove profiles that `configure` has added, from the config and the credentials file.

    \b
        sso-credential-process configure remove dev test
        sso-credential-process configure remove --session corp

    Removes only sections whose first line shows that `configure` added them: lines and native ones, even if `configure
    export` converted them. Keeps an [sso-session] that other profiles use. Keeps profiles that you wrote or imported,
    and shows those that need sso-credential-process: `configure export` converts them.

    Run `logout` first: it needs the [sso-session].
    """  # noqa: D301  click reads the character, not its name
    given = sum((bool(names), session is not None, everything))
    if given != 1:
        what = "profiles are given in several ways" if given else "no profiles are given"
        raise UsageError(what, hint="give their names, or --session NAME, or --all")
    if names:
        _remove_named(names, writing)
        return
    used: set[str] = set()
    others: dict[str, bool] = {}

    def remove_managed(sections: Sections) -> None:
        kept = [section for section in sections.all if not _is_of(section, session)]
        used.update(*map(_sessions_of, kept))
        others.update(
            (name_of(each.title), _can_be_exported(each))
            for each in kept
            if _needs_executable(each, session)
        )
        for section in sections.all:
            if _is_of(section, session) and section.session not in used:
                sections.remove(section)

    # Before the config file, whose sessions the profiles of the user in both files need.
    if os.path.exists(writing.credentials):
        writing.edit(writing.credentials, remove_managed)
    writing.edit(writing.config, remove_managed)
    _show_others(others)


def _remove_named(names: tuple[str, ...], writing: Writing) -> None:
    """Remove these profiles from the files that have them; raises `UsageError` if one is not to be removed."""
    found = {path: origins(path) for path in (writing.config, writing.credentials)}
    for name in names:
        if not any(each.get(name) in REMOVABLE for each in found.values()):
            raise _not_removable(name, found.values())

    def remove_named(sections: Sections) -> None:
        for section in sections.all:
            if name_of(section.title) in names and section.mark[0] in REMOVABLE:
                sections.remove(section)

    for path, its_origins in found.items():
        if not its_origins.keys().isdisjoint(names):
            writing.edit(path, remove_named)


def _not_removable(name: str, found: Iterable[dict[str, str]]) -> UsageError:
    shown = printable(name, limit=60)
    if any(name in each for each in found):
        return UsageError(
            f"[profile {shown}] was imported",
            hint=f"to convert it back, run: sso-credential-process configure export {shown}",
        )
    if name in sessions.names(paths.config_file()):
        return UsageError(
            f"{shown} is a session, not a profile",
            hint="to remove the profiles of a session, give --session NAME",
        )
    known = {each for origin in found for each in origin if origin[each] in REMOVABLE}
    return UsageError(
        f"`configure` has not added a profile {shown!r}",
        hint=reader.alternative(name, known) if known else "it has added none",
    )


def _show_others(others: dict[str, bool]) -> None:
    """Show the profiles that remain, each with whether `configure export` converts it."""
    if not others:
        return
    convertible = [name for name, can_convert in others.items() if can_convert]
    which = "them" if len(convertible) == len(others) else printable(", ".join(convertible))
    advice = (
        f" To convert {which} to profiles of the AWS CLI, run: sso-credential-process configure export --all"
        if convertible
        else ""
    )
    click.echo(
        "Not removed, because you wrote or imported them, though they need sso-credential-process: "
        f"{printable(', '.join(others))}.{advice}",
        err=True,
    )


def _is_of(section: Section, session: str | None) -> bool:
    origin, label = section.mark
    return origin in REMOVABLE and session in {None, label}


def _line_of(section: Section) -> str:
    return section.options.get("credential_process", "")


def _needs_executable(section: Section, session: str | None) -> bool:
    label = SessionReference.of_options(lines.options(_line_of(section))).label
    return bool(name_of(section.title) and label) and session in {None, label}


def _can_be_exported(section: Section) -> bool:
    line = profiles.read_line(_line_of(section))
    return bool(section.profile) and line is not None and line.access is None


def _sessions_of(section: Section) -> set[str]:
    """Return the names of the sessions that a profile needs: that of its line, whatever its role, and of its keys."""
    line = SessionReference.of_options(lines.options(_line_of(section)))
    return {line.name, SessionReference.of_keys(section.options).name} - {""}
