"""A role that is checked at the service."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from credential_process.checks.findings import Subject


class Wanted(NamedTuple):
    """A role that a profile requests."""

    profile: Subject
    account_id: str
    role_name: str
