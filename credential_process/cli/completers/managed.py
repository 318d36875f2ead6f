"""Complete the names of profiles that `configure` has added."""

from __future__ import annotations

from typing import TYPE_CHECKING

from credential_process import paths
from credential_process.config import managed_profiles as managed
from credential_process.config import reader

if TYPE_CHECKING:
    import click


def managed_profiles(_: click.Context, __: click.Parameter, incomplete: str) -> list[str]:
    """Complete the name of a profile that `configure` has added."""
    files = (paths.config_file(), reader.credentials_file())
    found = {
        name
        for path in files
        for name, origin in managed.origins(path).items()
        if origin in managed.REMOVABLE
    }
    return sorted(name for name in found if name.startswith(incomplete))
