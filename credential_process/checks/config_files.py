"""The config file and the credentials file as the SDKs see them, and what keeps some SDKs from reading them."""

from __future__ import annotations

import configparser
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from credential_process import files, paths
from credential_process.checks import filesystem, finding_kinds
from credential_process.checks.findings import FILES, Fact
from credential_process.checks.profiles import Profile
from credential_process.config import machine_config, managed_profiles, profiles, reader
from credential_process.errors import UsageError
from credential_process.system import advice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from collections.abc import Set as AbstractSet

    from credential_process.checks.findings import Finding, Subject
    from credential_process.config.session_sources import SessionSource

_STATIC = "aws_secret_access_key"

Sections = dict[str, dict[str, str]]


@dataclass(frozen=True, slots=True)
class File:
    """One of the two files: its path, the path to show, its sections by title, and the profiles with a mark."""

    path: str
    sections: Sections
    problem: UsageError | None = None
    marked: AbstractSet[str] = frozenset()

    @property
    def shown(self) -> str:
        """The path to show."""
        return shown(self.path) or "~/.aws/credentials"  # only this path needs a home


def shown(path: str) -> str:
    """Return a path with ``~`` for the home, for display only: a `credential_process` line must not contain it."""
    home = os.path.expanduser("~").rstrip(os.sep)
    return f"~{path.removeprefix(home)}" if path.startswith(f"{home}{os.sep}") else path


def both() -> tuple[File, File]:
    """Read the config file and the credentials file that the environment points to."""
    credentials = reader.credentials_file()
    return _read(paths.config_file()), _read(credentials) if credentials else File("", {})


def machine() -> Iterator[Finding | Fact]:
    """Report whether the config file of the machine is used; nothing if it does not exist."""
    found = machine_config.look()
    if found.exposure is not None:
        yield finding_kinds.MACHINE_IGNORED.found(
            FILES,
            f"{found.path} is ignored: {found.exposure.what}",
            fix=f"as an administrator: {found.exposure.fix}",
        )
    elif found.stamp:
        file = _read(found.path)
        if file.problem is not None:
            yield finding_kinds.CONFIG_UNREADABLE.found(
                FILES,
                f"{file.problem.message}: no session can be used",
                fix="an administrator has to correct it",
            )
        else:
            yield Fact(FILES, f"{found.path} provides sessions for all users of this machine")


def source(subject: Subject, source: SessionSource) -> Iterator[Fact]:
    """Report what the config file of the machine sets for a session."""
    if source.machine:
        yield Fact(subject, f"its section is in {source.file}, for all users of this machine")
    for key in source.forbidden:
        yield Fact(subject, f"{key} = never comes from the config file of the machine")


def _read(path: str) -> File:
    try:
        sections = {title: dict(section) for title, section in reader.titled(path).items()}
    except UsageError as error:
        return File(path, {}, error)
    return File(path, sections, marked=managed_profiles.marks(path).keys())


def check(file: File) -> Iterator[Finding]:
    """Find what keeps SDKs from reading a file at all, and whether other users may change it or read its secrets."""
    if file.problem is not None:
        yield finding_kinds.CONFIG_UNREADABLE.found(
            FILES,
            f"{file.problem.message.replace(file.path, file.shown)}: every SDK fails",
            fix="fix that line: it must be a [section], a key = value, or a comment",
        )
        return
    yield from strictly(_text(file.path), file.shown)
    yield from filesystem.writable(file.path)
    if any(_STATIC in options for options in file.sections.values()):
        yield from filesystem.readable(file.path)


def strictly(text: str, name: str) -> Iterator[Finding]:
    """Parse a text as strictly as botocore, which rejects the whole file for one duplicate key."""
    if text.startswith("\ufeff"):
        yield finding_kinds.CONFIG_MARK.found(
            FILES,
            f"{name} begins with a byte order mark: boto3 and the AWS CLI reject the whole file",
            fix=advice.remove_byte_order_mark(name),
        )
    try:
        configparser.RawConfigParser(default_section="").read_string(text.removeprefix("\ufeff"))
    except (configparser.DuplicateSectionError, configparser.DuplicateOptionError) as error:
        option = getattr(error, "option", "")
        what = f"{option} in [{error.section}]" if option else f"[{error.section}]"
        yield finding_kinds.CONFIG_TWICE.found(
            FILES,
            f"{what} is duplicated in line {error.lineno} of {name}: boto3 and the AWS CLI reject the whole file",
            fix="remove one of the two",
        )


def profiles_of(config: File, credentials: File) -> dict[str, Profile]:
    """Combine what both files contain about each profile."""
    in_config = _by_profile(config.sections, profiles.profile_of)
    in_credentials = _by_profile(
        credentials.sections, lambda title: profiles.profile_of(title) or title
    )
    return {
        name: Profile(
            name,
            *in_config.get(name, ((), {})),
            *in_credentials.get(name, ((), {})),
            is_marked=name in config.marked,
        )
        for name in {**in_config, **in_credentials}
    }


def sessions_of(config: File) -> Sections:
    """Return the options of each ``[sso-session]``, by its name."""
    titles = (title for title in config.sections if title.startswith("sso-session"))
    return {reader.kind_and_name(title)[1]: config.sections[title] for title in titles}


def _text(path: str) -> str:
    return files.read(path, limit=64 << 20) or ""


def _by_profile(
    sections: Sections, name_of: Callable[[str], str]
) -> dict[str, tuple[tuple[str, ...], dict[str, str]]]:
    found: dict[str, tuple[tuple[str, ...], dict[str, str]]] = {}
    for title, options in sections.items():
        if name := name_of(title):
            titles, others = found.get(name, ((), {}))
            found[name] = (*titles, title), {**others, **options}
    return found


def unquoted(config: File) -> dict[str, str]:
    """Return the lines of profiles whose titles have blanks outside of quotation marks, by the names meant."""
    return {
        title.removeprefix("profile ").strip(): options.get("credential_process", "")
        for title, options in config.sections.items()
        if title.startswith("profile ") and not profiles.profile_of(title)
    }


def without_prefix(config: File, name: str) -> bool:
    """Return whether the config file has a section for a profile that lacks the word ``profile``."""
    return name != "default" and "credential_process" in config.sections.get(name, {})
