"""What a profile may read of IAM Identity Center, which the commands and functions for administrators are built on."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import botocore.session

from credential_process import paths
from credential_process.administration import applications
from credential_process.administration.assignments import Assignments
from credential_process.administration.calls import Calls
from credential_process.administration.entitlements import Entitlements
from credential_process.administration.instances import list_instances
from credential_process.administration.lookup import Lookup
from credential_process.administration.refusals import FROM_BOTOCORE, from_botocore
from credential_process.administration.workers import Workers
from credential_process.config import sessions, sso_session
from credential_process.errors import CredentialProcessError, UsageError, printable
from credential_process.identifiers import is_region
from credential_process.library import profile_credentials
from credential_process.library.argument_types import require_texts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from credential_process.administration.applications import Application
    from credential_process.administration.instances import Instance
    from credential_process.administration.selection import (
        AssignmentSelection,
        EntitlementSelection,
    )


class Administrator:
    """What a profile may read, in some regions; by default the profile of the environment, and its region.

    `instance` is the name, the ARN or the id of one instance, or of its identity store; by default all are meant.
    Raises `UsageError` for a profile that is not there, and where no region is known.
    """

    def __init__(
        self,
        profile: str | None = None,
        regions: Sequence[str] = (),
        instance: str = "",
        *,
        program: str = "",
    ) -> None:
        require_texts(profile=profile, instance=instance)
        try:
            core = botocore.session.Session(profile=profile)
            profile_credentials.install(core, program=program)
            default = core.get_config_variable("region")
            self._sso_region = _sso_region(core)
        except FROM_BOTOCORE as error:
            raise from_botocore(error, "", "") from None
        self._calls = Calls(core)
        self._instance = instance
        self._regions = tuple(dict.fromkeys(regions)) or tuple(filter(None, [default]))
        if not self._regions:
            raise UsageError(
                "no region is known", hint=f"give --region {self._sso_region or 'REGION'}"
            )
        for region in self._regions:
            if not is_region(region):
                raise UsageError(
                    f"{printable(region, limit=60)!r} is not a region", hint="such as us-east-1"
                )

    def instances(self) -> list[Instance]:
        """List the instances."""
        return list_instances(self._calls, self._regions, self._instance, hint=self._hint)

    def applications(self) -> list[Application]:
        """List the applications of account access manager, or those of the instance if one is named."""
        workers = Workers()
        try:
            return self._applications(workers)
        finally:
            workers.close()

    def lookup(self, kind: str) -> Lookup:
        """Return how to look up things of a kind."""
        return Lookup(self._calls, kind, self._regions[0], self.instances)

    def assignments(self, selection: AssignmentSelection) -> Assignments:
        """Return the assignments that a selection asks for, to be iterated."""
        return Assignments(self._calls, self.instances(), selection)

    def entitlements(self, selection: EntitlementSelection) -> Entitlements:
        """Return the entitlements that a selection asks for, to be iterated."""
        return Entitlements(
            self._calls,
            self._regions[0],
            selection,
            list_applications=self._applications,
            list_instances=self.instances,
        )

    @property
    def _hint(self) -> str:
        """What to do where nothing is found: empty if no better region is known."""
        known = self._sso_region
        return f"give --region {known}" if known and known not in self._regions else ""

    def _applications(self, workers: Workers) -> list[Application]:
        listed = applications.list_applications(
            self._calls, workers, self._regions, hint=self._hint
        )
        if not self._instance:
            return listed
        arns = {instance.arn for instance in self.instances()}
        chosen = [each for each in listed if each.instance_arn in arns]
        if not chosen:
            raise UsageError(
                f"there is no application of account access manager for {printable(self._instance, limit=80)}",
                hint="run it without --instance to see those of other instances",
            )
        return chosen


def _sso_region(core: botocore.session.Session) -> str:
    """Return the region of the SSO session that the profile signs in to, empty if there is none."""
    path = paths.config_file()
    with contextlib.suppress(CredentialProcessError):
        profile = core.get_config_variable("profile") or "default"
        session = sessions.of_profile(path, profile)
        return session.region or sso_session.read(path, session.name).region
    return ""
