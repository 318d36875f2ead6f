"""Roles of account access manager, which are named by their ARN in a tenant.

In wants and in the subjects of documents, such a role has a name that no permission set can have, as `warm.role_of`
makes it from the options of ``get``:
``teams/Developer tenant-id=aa-1 role-arn=ARN role-session-name=NAME role-session-duration=N``, each value
percent-escaped. The last two may be missing. If the service is reached through another endpoint, the name ends with
`` endpoint=URL``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from credential_process import documents, identifiers, warm
from credential_process.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

_SHORTEST_SECONDS, _LONGEST_SECONDS = 900, 43_200


class AccessRole(NamedTuple):
    """A role, and the name and the duration of its session, which may be empty: the service chooses them then."""

    tenant_id: str
    arn: str
    session_name: str = ""
    duration_seconds: str = ""

    @property
    def account_id(self) -> str:
        """The account that the role is in."""
        return self.arn.split(":")[4]

    @property
    def path_and_name(self) -> str:
        """What follows the account in the ARN, such as ``role/teams/Developer``."""
        return self.arn.split(":", 5)[5]

    @property
    def options(self) -> dict[str, str]:
        """The options of ``get`` that name it."""
        return {option: value for option, value in zip(warm.ACCESS, self, strict=True) if value}


def of_options(options: Mapping[str, str]) -> AccessRole | None:
    """Return the role that options of ``get`` name; None if they name none, or its ARN is not valid."""
    role = AccessRole(*(options.get(option, "") for option in warm.ACCESS))
    return role if role.tenant_id and identifiers.is_role_arn(role.arn) else None


def of(role_name: str) -> AccessRole | None:
    """Return the role of account access manager that a name encodes; None for that of a permission set."""
    words = dict(word.split("=", 1) for word in role_name.split(" ")[1:] if "=" in word)
    tenant_id, arn, session_name, duration = (
        documents.unescape(words.get(option[2:], "")) for option in warm.ACCESS
    )
    return AccessRole(tenant_id, arn, session_name, duration) if arn else None


def label(role_name: str) -> str:
    """Return what users read in place of a role's name: for one of account access manager, its path and name."""
    return role_name.partition(" ")[0]


def check(options: dict[str, str]) -> None:
    """Check the options of ``get`` that name such a role; raises `UsageError` that names one that is wrong."""
    for option in ("--account-id", "--role-name"):
        if option in options:
            raise UsageError(
                f"{option} and --role-arn are both given",
                hint="give --account-id and --role-name for a permission set, --tenant-id and --role-arn for a role of "
                "account access manager",
            )
    for option, is_valid, form in (
        (warm.TENANT, identifiers.is_tenant_id, "its id, such as aa-1234567890abcdef"),
        (
            warm.ACCESS_ARN,
            identifiers.is_role_arn,
            "an ARN such as arn:aws:iam::123456789012:role/Deploy",
        ),
        (
            "--role-session-name",
            identifiers.is_role_session_name,
            "2 to 64 of the characters A-Z a-z 0-9 _ + = , . @ -",
        ),
        ("--role-session-duration", _is_duration, "seconds from 900 to 43200"),
    ):
        value = options.get(option)
        if value is None and option in {warm.TENANT, warm.ACCESS_ARN}:
            raise UsageError(f"no {option} is given", hint=f"give {form}")
        if value is not None and not is_valid(value):
            raise UsageError(f"{option}: {value[:80]!a} is not valid", hint=f"give {form}")


def _is_duration(text: str) -> bool:
    seconds = identifiers.whole_number(text, most_digits=5)
    return seconds is not None and _SHORTEST_SECONDS <= seconds <= _LONGEST_SECONDS
