"""A name with its id, and the kinds of things that have both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from credential_process.errors import UsageError, printable

if TYPE_CHECKING:
    from collections.abc import Sequence

KINDS = ("instance", "identity-store", "user", "group", "permission-set", "account")


@dataclass(frozen=True, slots=True)
class Named:
    """Something with a name and an id; `instance_arn` and `region` are empty for an account."""

    name: str
    id: str
    instance_arn: str = ""
    region: str = ""


def not_one(kind: str, name: str, matching: Sequence[Named]) -> UsageError:
    """Return the error for a name that nothing has, or more than one."""
    kind = kind.replace("-", " ")
    shown = printable(name, limit=80)
    if not matching:
        return UsageError(f"there is no {kind} {shown!r}")
    ids = ", ".join(f"{each.id} ({each.region})" if each.region else each.id for each in matching)
    way = "the id" if kind == "account" else "the id, or choose the instance"
    return UsageError(f"{len(matching)} {kind}s are named {shown!r}", hint=f"use {way}: {ids}")
