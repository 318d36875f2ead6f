"""Add, update and remove managed profiles in a config file, and leave everything else unchanged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

from credential_process.config import forms, profiles
from credential_process.config.section_text import merged, new_section
from credential_process.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable

    from credential_process.config.forms import Form
    from credential_process.config.profiles import Line, Profile
    from credential_process.config.sections import Section, Sections
    from credential_process.session_reference import SessionReference

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

    Profiles are written in a `form`; with None, new ones are lines, and managed ones keep the form that they have.
    `start` is the session by its start URL, for the form ``legacy``. A credentials file has lines only, and roles of
    account access manager have no other form.

    `left_alone` are the profiles that were not written, because the user has a section of that name, `kept` the
    settings in profiles that were, and `native` the profiles that kept another form than a line.
    """

    def __init__(
        self,
        sections: Sections,
        executable: str,
        *,
        form: Form | None = None,
        start: SessionReference | None = None,
        credentials: bool = False,
    ) -> None:
        self._sections = sections
        self._executable = executable
        self._form: Form | None = "line" if credentials else form
        self._start = start
        self._is_credentials = credentials
        self._by_profile: dict[str, list[Section]] = {}
        for section in sections.all:
            self._by_profile.setdefault(self._profile(section), []).append(section)
        self.left_alone: list[str] = []
        self.kept: list[Kept] = []
        self.native: list[str] = []

    def put(self, wanted: Iterable[Profile], *, action: Action = "keep") -> None:
        """Add profiles, and update those that were populated from the same session.

        With ``keep``, settings of the user stay; with ``overwrite``, the new values win; with ``discard``, the
        section is replaced. Raises `UsageError` if a profile of that name was populated from another session.
        """
        for profile in wanted:
            there = self._by_profile.get(profile.name, [])
            if not there:
                text = self._text(profile, self._form or "line")
                self._sections.add(self._title(profile.name), text)
            elif there[0].mark == (profile.origin, profile.line.label):
                self._sections.replace(there[0], self._updated(there[0], profile, action))
            elif there[0].mark[0] == profile.origin:
                raise _taken(profile, there[0].mark[1])
            else:
                self.left_alone.append(profile.name)

    def configure(self, profile: Profile, *, action: Action, typed: Container[str] = ()) -> None:
        """Add or update one profile that the user has named, even if the user wrote the existing section.

        Settings whose keys the user has `typed` win whatever the action is. Raises `UsageError` if the section has keys
        of another kind, which would keep SDKs from running the line. A native profile never takes the place of another
        way to credentials that the user wrote.
        """
        there = self._by_profile.get(profile.name, [])
        if not there:
            self.put([profile])
            return
        odd = sorted(filter(profiles.is_credential, there[0].options))
        kind = "is another kind of profile"
        if self._form in {"native", "legacy"} and not there[0].mark[0]:
            odd, kind = sorted(filter(profiles.is_source, there[0].options)), "is your own"
        if odd and action != "discard":
            raise UsageError(
                f"[profile {profile.name}] {kind}: it has {', '.join(odd)}",
                hint="use another name, or replace it with --existing-config-action discard",
            )
        self._sections.replace(there[0], self._updated(there[0], profile, action, typed))

    def remove(self, is_gone: Callable[[str, Line | None, tuple[str, str]], bool]) -> None:
        """Remove the managed sections for which `is_gone` returns true, given profile, line and mark."""
        for section in self._sections.all:
            if section.mark[0]:
                line = forms.read(section.options)
                if is_gone(self._profile(section), line, section.mark):
                    self._sections.remove(section)

    def _profile(self, section: Section) -> str:
        return section.title if self._is_credentials else section.profile

    def _title(self, name: str) -> str:
        return name if self._is_credentials else profiles.section_title(name)

    def _form_of(self, section: Section, profile: Profile) -> Form:
        """Return the form in which an existing section is written; what the user wrote becomes a line."""
        if profile.line.access is not None:
            return "line"
        form = self._form or (forms.of(section.options) if section.mark[0] else "line")
        if self._form is None and form != "line":
            self.native.append(self._profile(section))
        return form

    def _role_keys(self, profile: Profile, form: Form, former: str = "") -> dict[str, str]:
        start = self._start or profile.line.session
        return forms.role_keys(profile.line, form, self._executable, start, former)

    def _text(self, profile: Profile, form: Form) -> str:
        settings = {} if self._is_credentials else dict(profile.settings)
        return new_section(
            self._title(profile.name),
            profile.mark,
            {**self._role_keys(profile, form), **settings},
            self._sections.newline,
        )

    def _updated(
        self, section: Section, profile: Profile, action: Action, typed: Container[str] = ()
    ) -> str:
        form = self._form_of(section, profile)
        if action == "discard":
            return self._text(profile, form)
        former = section.options.get("credential_process", "")
        role_keys = self._role_keys(profile, form, former)
        options = {**role_keys, **({} if self._is_credentials else dict(profile.settings))}
        kept = [
            key
            for key in section.options
            if action == "keep" and key not in role_keys and key not in typed
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
            without=forms.conflicting(section.options, role_keys),
            keep=kept,
            newline=self._sections.newline,
        )


def _taken(profile: Profile, other: str) -> UsageError:
    return UsageError(
        f"[profile {profile.name}] was populated from {other}, and {profile.line.label} has a role of that name",
        hint="add {session} to --profile-name",
    )
