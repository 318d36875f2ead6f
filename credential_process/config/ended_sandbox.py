"""The environment of a sandbox that has ended: it leads to a home that is gone, and can only be left."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from credential_process import paths
from credential_process.errors import printable
from credential_process.system import advice

if TYPE_CHECKING:
    from collections.abc import Mapping

# How the names of its other variables begin.
_PREFIXES = ("AWS_ENDPOINT_URL_", "AWS_EC2_METADATA_DISABLED")


def home(variables: Mapping[str, str]) -> str:
    """Return the home that a sandbox has made, and removed at its end; empty if there is none."""
    found = variables.get(advice.home_variable(), "")
    is_gone = found and variables.get(paths.OWN_HOME) and not os.path.lexists(found)
    return found if is_gone else ""


def message(home: str) -> str:
    """Return what has happened."""
    return f"the sandbox of this terminal has ended, and its home {printable(home)} is removed"


def way_out(variables: Mapping[str, str]) -> str:
    """Return how to leave this environment, for a hint."""
    own = advice.assignment(advice.home_variable(), variables[paths.OWN_HOME])
    others = sorted(name for name in variables if name.startswith(_PREFIXES))
    return f"close this terminal, or {own} and {advice.unset(paths.OWN_HOME, *others)}"
