"""Check whether this terminal has the environment of a sandbox that has ended, where nothing else can be in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from credential_process.checks import finding_kinds
from credential_process.checks.findings import ENVIRONMENT
from credential_process.config import ended_sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from credential_process.checks.findings import Finding


def check(variables: Mapping[str, str]) -> Iterator[Finding]:
    """Find a home that a sandbox has made, and removed at its end."""
    if error := ended_sandbox.error(variables):
        yield finding_kinds.SANDBOX_ENDED.found(ENVIRONMENT, error.message, fix=error.hint)
