"""The environment of programs that use a sandbox and its home."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from credential_process import paths
from credential_process.system import advice

if TYPE_CHECKING:
    from pathlib import Path

    from credential_process.sandbox import Sandbox

_HERE = "127.0.0.1"


def variables(pretend: Sandbox, home: Path) -> dict[str, str]:
    """Return the variables that such programs need in addition to those that this process has."""
    return {
        advice.home_variable(): str(home),
        **_browser_home(),
        **_proxy_exception(),
        **pretend.environment,
    }


def _browser_home() -> dict[str, str]:
    """Return the home of the user's browser: in that of the sandbox, it would have no settings and no windows."""
    # A sandbox that is started in the shell of another one has its user's home there.
    home = os.environ.get(paths.OWN_HOME) or os.path.expanduser("~")
    return {paths.OWN_HOME: home} if os.path.isabs(home) else {}


def _proxy_exception() -> dict[str, str]:
    """Return, if there is a proxy, for which addresses it is not asked: it cannot reach those of this computer."""
    if not any(name.lower().endswith("_proxy") for name in os.environ):
        return {}
    # Python looks at the one in small letters first, others at the one in capitals, and Windows has only one.
    before = os.environ.get("no_proxy") or os.environ.get("NO_PROXY")
    value = f"{before},{_HERE}" if before else _HERE
    return {name: value for name in ("NO_PROXY", "no_proxy") if name in os.environ} or {
        "NO_PROXY": value
    }
