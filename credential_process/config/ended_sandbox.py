"""The environment of a sandbox that has ended: it leads to a home that is gone, and can only be left."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from credential_process import paths
from credential_process.errors import UsageError, printable
from credential_process.system import advice

if TYPE_CHECKING:
    from collections.abc import Mapping

# The other variables that a sandbox sets, and those that it sets if its user has them.
_NAMES = (
    paths.OWN_HOME,
    "AWS_ENDPOINT_URL_SSO",
    "AWS_ENDPOINT_URL_SSO_OIDC",
    "AWS_ENDPOINT_URL_ACCOUNT_ACCESS_RUNTIME",
    "AWS_ENDPOINT_URL_STS",
    "AWS_EC2_METADATA_DISABLED",
)
_FILES = ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE")


def error(variables: Mapping[str, str]) -> UsageError | None:
    """Return what has happened, with the way out, if a sandbox has made this home, and removed it at its end."""
    home, own_home = (variables.get(name, "") for name in (advice.home_variable(), paths.OWN_HOME))
    if not home or not own_home or os.path.lexists(home):
        return None
    own = advice.assignment(advice.home_variable(), own_home)
    files = (name for name in _FILES if variables.get(name, "").startswith(home + os.sep))
    unset = advice.unset(*(name for name in _NAMES if name in variables), *files)
    return UsageError(
        f"the sandbox of this terminal has ended, and its home {printable(home)} was removed",
        hint=f"close this terminal, or run: {own}; {unset}",
    )
