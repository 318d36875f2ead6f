"""Find the profiles that `configure` has written, in the config file and in the credentials file."""

from __future__ import annotations

from credential_process import files
from credential_process.config import profiles

REMOVABLE = frozenset({profiles.POPULATED, profiles.CONFIGURED})
_LARGEST = 64 << 20


def origins(path: str) -> dict[str, str]:
    """Return where the marked profiles of a file come from, by name: `POPULATED`, `CONFIGURED` or `IMPORTED`.

    A file that does not exist has none.
    """
    marks = profiles.marks(files.read(path, limit=_LARGEST) or "")
    return {name: origin for title, (origin, _) in marks.items() if (name := name_of(title))}


def name_of(title: str) -> str:
    """Return the profile in a section of either file, empty for an [sso-session].

    The titles of the credentials file are names.
    """
    return "" if title.startswith("sso-session ") else profiles.profile_of(title) or title
