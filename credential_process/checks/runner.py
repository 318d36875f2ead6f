"""Run all checks in order: the files, the environment, the profiles, their sessions, and the service."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from credential_process import paths
from credential_process.checks import (
    config_files,
    ended_sandbox,
    environment,
    filesystem,
    finding_kinds,
    sessions,
    trust,
)
from credential_process.checks.findings import (
    ENVIRONMENT,
    FILES,
    Fact,
    Report,
    Subject,
)
from credential_process.checks.profile_run import ProfileRun
from credential_process.config import sessions as configured
from credential_process.errors import UsageError
from credential_process.session.context import SessionContext
from credential_process.session.service_clients import ServiceClients
from credential_process.session_reference import SessionReference

if TYPE_CHECKING:
    from credential_process.checks.wanted import Wanted


class CheckRun:
    """One run over everything, or over one profile or session."""

    def __init__(self, *, is_offline: bool) -> None:
        self._is_offline = is_offline
        self._report = Report()
        self._config, self._credentials = config_files.both()
        self._profiles = ProfileRun(self._config, self._credentials, self._report)

    def of_ended_sandbox(self) -> Report | None:
        """Report that the sandbox of this terminal has ended, where nothing else matters; None if it has not."""
        self._report.add(*ended_sandbox.check(os.environ))
        return self._report if self._report.findings else None

    def of_everything(self) -> Report:
        """Check every profile with an sso-credential-process line or by `configure`, and every session."""
        managed = self._profiles.managed
        for name in managed:
            self._profiles.check(name)
        wanted = self._profiles.wanted
        if self._config.problem is None:
            with suppress(UsageError):  # `config_files.machine` reports what is wrong in that file
                for name in configured.names(self._config.path):
                    wanted.setdefault(SessionReference(name), [])
            if not managed and not wanted:
                self._report.add(
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
        if name not in self._profiles.by_name:
            return self.of_everything()
        self._report.add(
            Fact(
                ENVIRONMENT,
                f"AWS_PROFILE names the profile {name}, so only that is checked; check --all checks everything",
            )
        )
        return self.of_profile(name)

    def of_profile(self, name: str) -> Report:
        """Check one profile, and the session that it signs in to."""
        self._profiles.check(name)
        return self._finished()

    def of_session(self, session: SessionReference) -> Report:
        """Check one session, whichever profiles use it."""
        self._profiles.wanted[session] = []
        return self._finished()

    def _finished(self) -> Report:
        """Check what all profiles share, then the sessions; return everything."""
        for file in (self._config, self._credentials):
            self._report.add(*config_files.check(file))
        self._report.add(*config_files.machine())
        self._report.add(*filesystem.replaceable(os.path.dirname(self._config.path)))
        self._report.add(*environment.check(os.environ))
        if self._config.problem is None:
            self._report.add(*environment.profile(os.environ, self._profiles.by_name))
        if any("credential_process" in each.config for each in self._profiles.by_name.values()):
            needs_copies = self._report.has(finding_kinds.CONFIG_ONLY)
            self._report.add(*environment.load_config(os.environ, needs_copies=needs_copies))
        root = self._state_root()
        self._report.add(*trust.check(os.environ))
        services = ServiceClients()
        for named, wanted in self._profiles.wanted.items() if root else ():
            self._session(named, services, wanted)
        return self._report

    def _session(
        self,
        named: SessionReference,
        services: ServiceClients,
        wanted: list[Wanted],
    ) -> None:
        try:
            context = SessionContext.here(named)
        except UsageError as error:
            subject = Subject("session", named.label)
            message = error.message.replace(self._config.path, self._config.shown)
            message = sessions.used_by(message.removeprefix("--sso-session: "), wanted)
            fix = error.hint.replace(self._config.path, self._config.shown)
            if self._config.problem is None:
                self._report.add(finding_kinds.SESSION_CONFIG.found(subject, message, fix=fix))
            return
        if context.source is not None:
            self._report.add(*config_files.source(Subject("session", named.label), context.source))
        self._report.add(
            *filesystem.replaceable(context.tokens.cache), *filesystem.readable(context.tokens.file)
        )
        self._report.add(*filesystem.full(context.tokens.cache))
        self._report.add(*sessions.check(context, named.folder(paths.state_root())))
        if not self._is_offline:
            from credential_process.checks import service

            has_tenant = bool(context.session.tenant_id) or named in self._profiles.with_tenants
            self._report.add(*service.check(services, context, wanted, has_tenant=has_tenant))

    def _state_root(self) -> str:
        root = paths.state_root()
        home = os.path.expanduser("~")
        candidates = [
            (config_files.shown(place), reason)
            for place, reason in filesystem.state_roots(os.environ, home)
        ]
        shown = config_files.shown(root)
        self._report.add(*filesystem.state_root(candidates, shown))
        if root:
            self._report.add(
                *filesystem.full(root), *filesystem.foreign(root), *filesystem.outside(root)
            )
            self._report.add(Fact(FILES, f"state is kept in {shown}"))
        return root
