"""Find the profiles that `configure` has written, in the config file and in the credentials file."""

from __future__ import annotations

from credential_process import files
from credential_process.config import profiles

REMOVABLE = frozenset({profiles.POPULATED, profiles.CONFIGURED})
_LARGEST = 64 << 20


def marks(path: str) -> dict[str, tuple[str, str]]:
    """Return origin and session of the marked profiles of a file, by name: see `profiles.read_mark`.

    A file that does not exist has none. Bytes that are not UTF-8 are of no importance: they are not in a mark.
    """
    text = files.read(path, limit=_LARGEST, errors="surrogateescape") or ""
    found = profiles.marks(text.removeprefix("\ufeff"))
    return {name: mark for title, mark in found.items() if (name := name_of(title))}


def origins(path: str) -> dict[str, str]:
    """Return where the marked profiles of a file come from, by name: `POPULATED`, `CONFIGURED` or `IMPORTED`."""
    return {name: origin for name, (origin, _) in marks(path).items()}


def name_of(title: str) -> str:
    """Return the profile in a section of either file, empty for an [sso-session].

    The titles of the credentials file are names.
    """
    return "" if title.startswith("sso-session ") else profiles.profile_of(title) or title
