"""Generate a profile for each role of a session, and find those of earlier runs whose role is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from credential_process.config.profiles import POPULATED, Line, Profile
from credential_process.errors import UsageError, printable

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from credential_process.config.profile_names import Naming
    from credential_process.session_reference import SessionReference
    from credential_process.stores.account_list import Assignment

Pair = tuple[str, str]  # account id, role name


class GeneratedProfiles:
    """A profile for each chosen role and region: `profiles`, by name."""

    def __init__(
        self,
        session: SessionReference,
        listed: Sequence[Assignment],
        is_chosen: Callable[[Assignment], bool],
        *,
        naming: Naming,
        regions: Sequence[str],
        settings: dict[str, str],
    ) -> None:
        """Name the profiles; raises `UsageError` if two would have the same name."""
        self._session = session
        self._listed = {(role.account_id, role.role_name) for role in listed}
        self._chosen: set[Pair] = set()
        self._named: dict[str, tuple[Assignment, str]] = {}
        # Sorted, because the answers arrive in a different order each time.
        for role in sorted(listed, key=lambda role: (role.account_id, role.role_name)):
            if not is_chosen(role):
                continue
            self._chosen.add((role.account_id, role.role_name))
            for region in regions:
                self._add(naming.name(role, region), role, region)
        self.profiles = [
            Profile(
                name=name,
                line=Line(session, role.account_id, role.role_name),
                settings=(("region", region), *settings.items()),
                origin=POPULATED,
            )
            for name, (role, region) in sorted(self._named.items())
        ]

    def is_gone(
        self, name: str, line: Line | None, mark: tuple[str, str], *, unknown: Collection[str]
    ) -> bool:
        """Return whether a section was populated from this session for a role that is gone or now has another name.

        Roles that were merely not chosen this time stay, and so do roles of the accounts in `unknown`.
        """
        if mark != (POPULATED, self._session.label) or line is None or name in self._named:
            return False
        pair = (line.account_id, line.role_name)
        return pair in self._chosen or (pair not in self._listed and line.account_id not in unknown)

    def _add(self, name: str, role: Assignment, region: str) -> None:
        other = self._named.setdefault(name, (role, region))
        if other != (role, region):
            raise UsageError(
                f"[profile {name}] would be both {_described(other[0])} in {other[1]}"
                f" and {_described(role)} in {region}",
                hint="add {account_id} or {short_region} to --profile-name",
            )


def _described(role: Assignment) -> str:
    account = f"{role.account_id} ({printable(role.account_name, limit=60)})"
    return f"role {printable(role.role_name, limit=64)} in {account}"
