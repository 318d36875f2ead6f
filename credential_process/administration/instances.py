"""The instances of IAM Identity Center that a profile sees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from credential_process.errors import UsageError, printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from credential_process.administration.calls import Calls


@dataclass(frozen=True, slots=True)
class Instance:
    """An instance of IAM Identity Center, and the region that it was found in; most instances have no name."""

    arn: str
    identity_store_id: str
    name: str
    region: str

    @property
    def short_id(self) -> str:
        """The last part of the ARN, such as ssoins-1234567890abcdef."""
        return self.arn.rpartition("/")[2]

    @property
    def label(self) -> str:
        """The name, or the short id of an instance without one."""
        return self.name or self.short_id

    def is_named(self, text: str) -> bool:
        """Return whether this is its name, its ARN, its short id or the id of its identity store."""
        return text in {self.name or None, self.arn, self.short_id, self.identity_store_id}

    def permission_set_arn(self, short_id: str) -> str:
        """Return the ARN of a permission set ps-…, of this instance."""
        return f"{self.arn.replace(':instance/', ':permissionSet/')}/{short_id}"


def list_instances(
    calls: Calls, regions: Sequence[str], named: str = "", *, hint: str = ""
) -> list[Instance]:
    """List the instances in these regions, each once, or the one that `named` names.

    Raises `UsageError` if there is none; `hint` is what to do then.
    """
    found = list({instance.arn: instance for instance in _in_regions(calls, regions)}.values())
    where = ", ".join(regions)
    if not found:
        raise UsageError(
            f"there is no instance of IAM Identity Center in {where}",
            hint=hint or "give --region REGION, the region of IAM Identity Center",
        )
    chosen = [instance for instance in found if not named or instance.is_named(named)]
    if not chosen:
        known = ", ".join(instance.label for instance in found)
        raise UsageError(
            f"there is no instance {printable(named, limit=80)!r} in {where}",
            hint=f"there is {printable(known)}",
        )
    return chosen


def _in_regions(calls: Calls, regions: Iterable[str]) -> Iterable[Instance]:
    for region in regions:
        for each in calls.pages("sso-admin", region, "ListInstances", "Instances"):
            # A replica in another region is the same instance.
            yield Instance(
                arn=each["InstanceArn"],
                identity_store_id=each["IdentityStoreId"],
                name=each.get("Name", ""),
                region=region,
            )
