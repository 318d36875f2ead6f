"""The environment of a sandbox that has ended: it leads to a home that is gone, and can only be left."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from credential_process import paths
from credential_process.errors import printable
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


def home(variables: Mapping[str, str]) -> str:
    """Return the home that a sandbox has made, and removed at its end; empty if there is none."""
    found = variables.get(advice.home_variable(), "")
    is_gone = found and variables.get(paths.OWN_HOME) and not os.path.lexists(found)
    return found if is_gone else ""


def message(removed: str) -> str:
    """Return what has happened to this home."""
    return f"the sandbox of this terminal has ended, and its home {printable(removed)} was removed"


def way_out(variables: Mapping[str, str], removed: str) -> str:
    """Return how to leave this environment, for a hint."""
    own = advice.assignment(advice.home_variable(), variables[paths.OWN_HOME])
    files = (name for name in _FILES if variables.get(name, "").startswith(removed + os.sep))
    unset = advice.unset(*(name for name in _NAMES if name in variables), *files)
    return f"close this terminal, or run: {own}; {unset}"
