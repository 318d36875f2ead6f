"""Check whether this terminal has the environment of a sandbox that has ended, where nothing else can be in order."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from credential_process.checks import finding_kinds
from credential_process.checks.findings import ENVIRONMENT
from credential_process.client import browser
from credential_process.system import advice

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from credential_process.checks.findings import Finding

# How the names of its other variables begin.
_PREFIXES = ("AWS_ENDPOINT_URL_", "AWS_EC2_METADATA_DISABLED")


def check(variables: Mapping[str, str]) -> Iterator[Finding]:
    """Find a home that a sandbox has made, and removed at its end.

    A sandbox keeps the home of its user in the variable for the browser.
    """
    home_variable = advice.home_variable()
    home, own_home = variables.get(home_variable, ""), variables.get(browser.HOME, "")
    if not own_home or not home or os.path.lexists(home):
        return
    others = sorted(name for name in variables if name.startswith(_PREFIXES))
    own = advice.assignment(home_variable, own_home)
    unset = advice.unset(browser.HOME, *others)
    yield finding_kinds.SANDBOX_ENDED.found(
        ENVIRONMENT,
        f"the sandbox of this terminal has ended, and its home {home} is removed",
        fix=f"close this terminal, or {own} and {unset}",
    )
