"""Run all checks in order: the files, the environment, the profiles, their sessions, and the service."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from credential_process import documents
from credential_process.checks import (
    config_files,
    environment,
    executables,
    filesystem,
    finding_kinds,
    line_parsers,
    lines,
    profiles,
    profiles_without_line,
    service,
    sessions,
    trust,
)
from credential_process.checks.findings import (
    ENVIRONMENT,
    FILES,
    Fact,
    Finding,
    Report,
    Subject,
)
from credential_process.config import role_profiles
from credential_process.config import sessions as configured
from credential_process.errors import UsageError
from credential_process.session.context import SessionContext
from credential_process.session.service_clients import ServiceClients
from credential_process.session_reference import SessionReference

if TYPE_CHECKING:
    from credential_process.checks.profiles import Profile


class CheckRun:
    """One run over everything, or over one profile or session."""

    def __init__(self, *, is_offline: bool) -> None:
        self._is_offline = is_offline
        self._report = Report()
        self._config, self._credentials = config_files.both()
        self._profiles = config_files.profiles_of(self._config, self._credentials)
        self._has_copies = any(
            "credential_process" in each.credentials for each in self._profiles.values()
        )
        # The sessions to check, each with the roles that profiles request in it.
        self._wanted: dict[SessionReference, list[service.Wanted]] = {}

    def of_everything(self) -> Report:
        """Check every profile with an sso-credential-process line or by `configure`, and every session."""
        managed = [
            name
            for name, profile in self._profiles.items()
            if _runs_get(profile.line) or profile.is_native
        ]
        managed += [
            title
            for title, options in self._config.sections.items()
            if " " not in title
            and title not in self._profiles
            and _runs_get(options.get("credential_process", ""))
        ]
        unquoted = config_files.unquoted(self._config)
        managed += [name for name, line in unquoted.items() if _runs_get(line)]
        for name in managed:
            self._profile(name)
        if self._config.problem is None:
            with suppress(UsageError):  # `config_files.machine` reports what is wrong in that file
                for name in configured.names(self._config.path):
                    self._wanted.setdefault(SessionReference(name), [])
            if not managed and not self._wanted:
                self._add(
                    finding_kinds.NOTHING_CONFIGURED.found(
                        FILES,
                        f"{self._config.shown} has no profile and no session for sso-credential-process",
                        fix="sso-credential-process configure profile NAME",
                    )
                )
        return self._finished()

    def of_environment(self) -> Report:
        """Check the profile that `AWS_PROFILE` names; everything without one, or if it does not exist."""
        name = os.environ.get("AWS_PROFILE", "")
        if name not in self._profiles:
            return self.of_everything()
        self._add(
            Fact(
                ENVIRONMENT,
                f"AWS_PROFILE names the profile {name}, so only that is checked; check --all checks everything",
            )
        )
        return self.of_profile(name)

    def of_profile(self, name: str) -> Report:
        """Check one profile, and the session that it signs in to."""
        self._profile(name)
        return self._finished()

    def of_session(self, session: SessionReference) -> Report:
        """Check one session, whichever profiles use it."""
        self._wanted[session] = []
        return self._finished()

    def _finished(self) -> Report:
        """Check what all profiles share, then the sessions; return everything."""
        for file in (self._config, self._credentials):
            self._add(*config_files.check(file))
        self._add(*config_files.machine())
        self._add(*filesystem.replaceable(os.path.dirname(self._config.path)))
        self._add(*environment.check(os.environ))
        if self._config.problem is None:
            self._add(*environment.profile(os.environ, self._profiles))
        if any("credential_process" in each.config for each in self._profiles.values()):
            self._add(*environment.load_config(os.environ))
        root = self._state_root()
        self._add(*trust.check(os.environ))
        services = ServiceClients()
        for named, wanted in self._wanted.items() if root else ():
            self._session(named, services, wanted)
        return self._report

    def _profile(self, name: str) -> None:
        """Check a profile, and the one that it takes its credentials from."""
        profile = self._profiles.get(name)
        if profile is None or config_files.without_prefix(self._config, name):
            self._add(*profiles_without_line.missing(name, self._config, self._profiles))
        elif profile.is_native and self._native(profile):
            self._add(*profiles.name(profile))
        elif profile.line:
            shown = self._config.shown, self._credentials.shown
            self._add(*profiles.check(profile, *shown, others_have_copies=self._has_copies))
            if not os.environ.get("AWS_CA_BUNDLE"):
                self._add(*profiles.ca_bundle(profile, self._config.shown))
            self._line(profile)
        else:
            self._without_line(profile)

    def _line(self, profile: Profile) -> None:
        subject = profile.subject
        self._add(*lines.check(subject, profile.line))
        is_quoted = bool(line_parsers.without_outer_quotes(profile.line))
        command = line_parsers.command(profile.line)
        if command and not is_quoted:
            self._add(*executables.check(subject, command))
        try:
            request = lines.request_of(profile.line)
        except UsageError:
            return  # reported by `lines`
        if request is not None:
            wanted = service.Wanted(subject, request.account_id, request.role_name)
            self._wanted.setdefault(request.session, []).append(wanted)

    def _native(self, profile: Profile) -> bool:
        """Check a native profile that `configure` wrote; false if its keys no longer request a role."""
        request = role_profiles.of_sso_keys(profile.config, config_files.sessions_of(self._config))
        if request is None:
            return False
        self._add(Fact(profile.subject, "native: SDKs with SSO support read it themselves"))
        role = service.Wanted(profile.subject, request["--account-id"], request["--role-name"])
        self._wanted.setdefault(SessionReference.of_options(request), []).append(role)
        if profile.line:  # in the credentials file, for the tools that read nothing else
            self._line(profile)
        return True

    def _without_line(self, profile: Profile) -> None:
        """Report the kind of a profile without a line: one with a source profile, a native one, or an empty one."""
        source = profile.config.get("source_profile", "")
        if source in self._profiles and source != profile.name:
            self._add(profiles_without_line.with_source(profile, source))
            self._profile(source)
            return
        try:
            named = configured.of_profile(self._config.path, profile.name)
        except UsageError:
            self._add(profiles_without_line.empty(profile, self._credentials.shown))
            return
        self._add(profiles_without_line.native(profile))
        self._wanted.setdefault(named, [])

    def _session(
        self,
        named: SessionReference,
        services: ServiceClients,
        wanted: list[service.Wanted],
    ) -> None:
        try:
            context = SessionContext.here(named)
        except UsageError as error:
            subject = Subject("session", named.label)
            message = error.message.replace(self._config.path, self._config.shown)
            fix = error.hint.replace(self._config.path, self._config.shown)
            if self._config.problem is None:
                self._add(finding_kinds.SESSION_CONFIG.found(subject, message, fix=fix))
            return
        if context.source is not None:
            self._add(*config_files.source(Subject("session", named.label), context.source))
        self._add(
            *filesystem.replaceable(context.tokens.cache), *filesystem.readable(context.tokens.file)
        )
        self._add(*filesystem.full(context.tokens.cache))
        self._add(*sessions.sign_in(sessions.SignIn.of(context)))
        self._add(*sessions.start_url(context.session), *sessions.browser(context.session))
        if not self._is_offline:
            self._add(*service.check(services, context, wanted))

    def _state_root(self) -> str:
        root = documents.state_root()
        home = os.path.expanduser("~")
        candidates = [
            (config_files.shown(place), reason)
            for place, reason in filesystem.state_roots(os.environ, home)
        ]
        shown = config_files.shown(root)
        self._add(*filesystem.state_root(candidates, shown))
        if root:
            self._add(*filesystem.full(root), *filesystem.foreign(root), *filesystem.outside(root))
            self._add(Fact(FILES, f"state is kept in {shown}"))
        return root

    def _add(self, *found: Finding | Fact) -> None:
        for each in found:
            if isinstance(each, Fact):
                self._report.facts.append(each)
            else:
                self._report.findings.append(each)


def _runs_get(line: str) -> bool:
    is_quoted = bool(line_parsers.without_outer_quotes(line))
    return is_quoted or line_parsers.arguments_for_get(line) is not None
