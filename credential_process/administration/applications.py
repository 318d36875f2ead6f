"""The applications of account access manager: each gives the users of an instance roles in a tenant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timezone
from typing import TYPE_CHECKING, Any

from credential_process.administration.errors import NotFound
from credential_process.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from credential_process.administration.calls import Calls
    from credential_process.administration.workers import Workers

SERVICE = "account-access"


@dataclass(frozen=True, slots=True)
class Application:
    """An application of account access manager; users name its tenant to get a role.

    `status` is ACTIVE, or what is in progress or has failed, and `error` is why. `tenant_id` is empty while there is
    none. `created_at` is in UTC, as in 2026-11-28T09:30:00Z.
    """

    tenant_id: str
    application_arn: str
    status: str
    error: str
    instance_arn: str
    created_at: str
    region: str

    @property
    def label(self) -> str:
        """The tenant, or the ARN of an application without one."""
        return self.tenant_id or self.application_arn

    def is_named(self, text: str) -> bool:
        """Return whether this is its ARN, the end of that, or its tenant."""
        short_id = self.application_arn.rpartition("/")[2]
        return text in {self.application_arn, short_id, self.tenant_id or None}


def list_applications(
    calls: Calls, workers: Workers, regions: Sequence[str], *, hint: str = ""
) -> list[Application]:
    """List the applications in these regions; raises `UsageError` if there are none, and `hint` is what to do then."""

    def details(named: tuple[str, str]) -> Application | None:
        region, arn = named
        try:
            reply = calls.call(SERVICE, region, "GetApplication", applicationArn=arn)
        except NotFound:
            return None  # deleted meanwhile
        return _application(region, arn, reply)

    arns = (
        (region, each["applicationArn"])
        for region in regions
        for each in calls.pages(SERVICE, region, "ListApplications", "applications")
    )
    found = [each for each in workers.in_order(details, arns) if each is not None]
    if not found:
        raise UsageError(
            f"there is no application of account access manager in {', '.join(regions)}",
            hint=hint or "give --region REGION, the region of IAM Identity Center",
        )
    return found


def utc(time: datetime) -> str:
    """Return a time as text."""
    return time.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def _application(region: str, arn: str, reply: dict[str, Any]) -> Application:
    error = reply.get("error")
    return Application(
        tenant_id=reply.get("tenantId", ""),
        application_arn=arn,
        status=reply["status"],
        error=f"{error['code']}: {error['message']}" if error else "",
        # A union: a later version of the API may have other sources of identities.
        instance_arn=reply["identitySource"].get("identityCenter", {}).get("instanceArn", ""),
        created_at=utc(reply["createdAt"]),
        region=region,
    )
