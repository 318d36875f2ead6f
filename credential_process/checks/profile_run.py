"""Check profiles, and collect the roles that they request, by session."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from credential_process.checks import (
    config_files,
    executables,
    line_parsers,
    lines,
    profiles,
    profiles_without_line,
)
from credential_process.checks.findings import Fact
from credential_process.checks.wanted import Wanted
from credential_process.config import role_profiles, sessions
from credential_process.errors import UsageError
from credential_process.session_reference import SessionReference
from credential_process.stores import access_role

if TYPE_CHECKING:
    from credential_process.checks.config_files import File
    from credential_process.checks.findings import Report
    from credential_process.checks.profiles import Profile


class ProfileRun:
    """Checks of the profiles in the two files, one after another; what is found is added to the `report`.

    `wanted` are the sessions that the checked profiles sign in to, each with the roles that they request in it.
    """

    def __init__(self, config: File, credentials: File, report: Report) -> None:
        self.by_name = config_files.profiles_of(config, credentials)
        self.wanted: dict[SessionReference, list[Wanted]] = {}
        self._config = config
        self._credentials = credentials
        self._has_copies = any(
            "credential_process" in each.credentials for each in self.by_name.values()
        )
        self._report = report

    @property
    def managed(self) -> list[str]:
        """The names of the profiles with an sso-credential-process line or by `configure`, whatever their titles."""
        managed = [
            name
            for name, profile in self.by_name.items()
            if _runs_get(profile.line) or profile.is_native
        ]
        managed += [
            title
            for title, options in self._config.sections.items()
            if " " not in title
            and title not in self.by_name
            and _runs_get(options.get("credential_process", ""))
        ]
        unquoted = config_files.unquoted(self._config)
        return managed + [name for name, line in unquoted.items() if _runs_get(line)]

    @property
    def with_tenants(self) -> set[SessionReference]:
        """The sessions with a line for a role of account access manager, in any profile."""
        found = set()
        for profile in self.by_name.values():
            with suppress(UsageError):  # reported by `lines`, if the profile is checked
                request = lines.request_of(profile.line)
                if request is not None and access_role.of(request.role_name) is not None:
                    found.add(request.session)
        return found

    def check(self, name: str, before: tuple[str, ...] = ()) -> None:
        """Check a profile, and the one that it takes its credentials from; those `before` take them from it."""
        profile = self.by_name.get(name)
        if profile is None or config_files.without_prefix(self._config, name):
            self._report.add(*profiles_without_line.missing(name, self._config, self.by_name))
        elif profile.is_native and self._native(profile):
            self._report.add(*profiles.name(profile))
        elif profile.line:
            self._with_line(profile)
        else:
            self._without_line(profile, (*before, name))

    def _with_line(self, profile: Profile) -> None:
        before = len(self._report.findings)
        shown = self._config.shown, self._credentials.shown
        self._report.add(*profiles.check(profile, *shown, others_have_copies=self._has_copies))
        if not os.environ.get("AWS_CA_BUNDLE"):
            self._report.add(*profiles.ca_bundle(profile, self._config.shown))
        self._line(profile)
        if not any(found.is_problem for found in self._report.findings[before:]):
            self._report.add(Fact(profile.subject, "its line can be run"))

    def _line(self, profile: Profile) -> None:
        self._report.add(*lines.check(profile.subject, profile.line))
        is_quoted = bool(line_parsers.without_outer_quotes(profile.line))
        command = line_parsers.command(profile.line)
        if command and not is_quoted:
            self._report.add(*executables.check(profile.subject, command))
        try:
            request = lines.request_of(profile.line)
        except UsageError:
            return  # reported by `lines`
        if request is not None:
            role = Wanted(profile.subject, request.account_id, request.role_name)
            # The list of the access portal does not have those of account access manager.
            is_listed = access_role.of(request.role_name) is None
            self._wants(request.session, *((role,) if is_listed else ()))

    def _native(self, profile: Profile) -> bool:
        """Check a native profile that `configure` wrote; false if its keys no longer request a role."""
        request = role_profiles.of_sso_keys(profile.config, config_files.sessions_of(self._config))
        if request is None:
            return False
        self._report.add(Fact(profile.subject, "native: SDKs with SSO support read it themselves"))
        role = Wanted(profile.subject, request["--account-id"], request["--role-name"])
        self._wants(SessionReference.of_options(request), role)
        if profile.line:  # in the credentials file, for the tools that read nothing else
            self._line(profile)
        return True

    def _without_line(self, profile: Profile, chain: tuple[str, ...]) -> None:
        """Report the kind of a profile without a line: one with a source profile, a native one, or an empty one."""
        source = profile.config.get("source_profile", "")
        if source in chain[:-1]:
            self._report.add(profiles_without_line.in_circle(profile, (*chain, source)))
            return
        if source in self.by_name and source != profile.name:
            self._report.add(profiles_without_line.with_source(profile, source))
            self.check(source, chain)
            return
        try:
            session = sessions.of_profile(self._config.path, profile.name)
        except UsageError:
            self._report.add(profiles_without_line.empty(profile, self._credentials.shown))
            return
        self._report.add(profiles_without_line.native(profile))
        self._wants(session)

    def _wants(self, session: SessionReference, *roles: Wanted) -> None:
        self.wanted.setdefault(session, []).extend(roles)


def _runs_get(line: str) -> bool:
    is_quoted = bool(line_parsers.without_outer_quotes(line))
    return is_quoted or line_parsers.arguments_for_get(line) is not None
