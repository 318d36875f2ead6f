"""Add, update and remove managed profiles in a config file, and leave everything else unchanged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

from credential_process.config import profiles
from credential_process.config.section_text import merged, new_section
from credential_process.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable

    from credential_process.config.profiles import Line, Profile
    from credential_process.config.sections import Section, Sections

Action = Literal["keep", "overwrite", "discard"]
ACTIONS: tuple[Action, ...] = get_args(Action)


class Kept(NamedTuple):
    """A setting that a profile has, and that was not replaced with the one that the command would write."""

    profile: str
    key: str
    value: str
    instead_of: str


class ProfileEditor:
    """Puts profiles into the sections of a config file, or of a credentials file, where titles are bare names.

    `left_alone` are the profiles that were not written, because the user has a section of that name, and `kept` the
    settings in profiles that were.
    """

    def __init__(self, sections: Sections, executable: str, *, credentials: bool = False) -> None:
        self._sections = sections
        self._executable = executable
        self._is_credentials = credentials
        self._by_profile: dict[str, list[Section]] = {}
        for section in sections.all:
            self._by_profile.setdefault(self._profile(section), []).append(section)
        self.left_alone: list[str] = []
        self.kept: list[Kept] = []

    def put(self, wanted: Iterable[Profile], *, action: Action = "keep") -> None:
        """Add profiles, and update those that were populated from the same session.

        With ``keep``, settings of the user stay; with ``overwrite``, the new values win; with ``discard``, the
        section is replaced. Raises `UsageError` if a profile of that name was populated from another session.
        """
        for profile in wanted:
            there = self._by_profile.get(profile.name, [])
            if not there:
                self._sections.add(self._title(profile.name), self._text(profile))
            elif there[0].mark == (profile.origin, profile.line.label):
                self._sections.replace(there[0], self._updated(there[0], profile, action))
            elif there[0].mark[0] == profile.origin:
                raise _taken(profile, there[0].mark[1])
            else:
                self.left_alone.append(profile.name)

    def configure(self, profile: Profile, *, action: Action, typed: Container[str] = ()) -> None:
        """Add or update one profile that the user has named, even if the user wrote the existing section.

        Settings whose keys the user has `typed` win whatever the action is. Raises `UsageError` if the section has keys
        of another kind, which would keep SDKs from running the line.
        """
        there = self._by_profile.get(profile.name, [])
        if not there:
            self.put([profile])
            return
        odd = sorted(key for key in there[0].options if profiles.is_credential(key))
        if odd and action != "discard":
            raise UsageError(
                f"[profile {profile.name}] is another kind of profile: it has {', '.join(odd)}",
                hint="take another name, or replace it with --existing-config-action discard",
            )
        self._sections.replace(there[0], self._updated(there[0], profile, action, typed))

    def remove(self, is_gone: Callable[[str, Line | None, tuple[str, str]], bool]) -> None:
        """Remove the managed sections for which `is_gone` returns true, given profile, line and mark."""
        for section in self._sections.all:
            if section.mark[0]:
                line = profiles.read_line(section.options.get("credential_process", ""))
                if is_gone(self._profile(section), line, section.mark):
                    self._sections.remove(section)

    def _profile(self, section: Section) -> str:
        return section.title if self._is_credentials else section.profile

    def _title(self, name: str) -> str:
        return name if self._is_credentials else profiles.section_title(name)

    def _options(self, profile: Profile) -> dict[str, str]:
        options = profile.options(self._executable)
        if self._is_credentials:
            return {"credential_process": options["credential_process"]}
        return options

    def _text(self, profile: Profile) -> str:
        options = self._options(profile)
        return new_section(self._title(profile.name), profile.mark, options, self._sections.newline)

    def _updated(
        self, section: Section, profile: Profile, action: Action, typed: Container[str] = ()
    ) -> str:
        if action == "discard":
            return self._text(profile)
        options = self._options(profile)
        kept = [
            key
            for key in section.options
            if action == "keep" and key != "credential_process" and key not in typed
        ]
        self.kept += [
            Kept(profile.name, key, section.options[key], options[key])
            for key in kept
            if section.options[key] != options.get(key, section.options[key])
        ]
        return merged(
            section,
            profile.mark,
            options,
            without=[key for key in section.options if profiles.is_sso(key)],
            keep=kept,
            newline=self._sections.newline,
        )


def _taken(profile: Profile, other: str) -> UsageError:
    return UsageError(
        f"[profile {profile.name}] was populated from {other}, and {profile.line.label} has a role of that name",
        hint="add {session} to --profile-name",
    )
