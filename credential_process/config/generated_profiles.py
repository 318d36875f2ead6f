"""Generate a profile for each role of a session, and find those of earlier runs whose role is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from credential_process.config.profiles import POPULATED, Line, Profile
from credential_process.errors import UsageError, printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from credential_process.config.profile_names import Naming
    from credential_process.session_reference import SessionReference
    from credential_process.stores.account_list import Assignment


class Candidate(NamedTuple):
    """A role that gets a profile with this line if it is chosen; `assignment` has what the profile is named after."""

    line: Line
    assignment: Assignment
    is_chosen: bool


class GeneratedProfiles:
    """A profile for each chosen role and region: `profiles`, by name."""

    def __init__(
        self,
        session: SessionReference,
        listed: Iterable[Candidate],
        *,
        naming: Naming,
        regions: Sequence[str],
        settings: dict[str, str],
    ) -> None:
        """Name the profiles; raises `UsageError` if two would have the same name."""
        self._session = session
        self._listed: set[tuple[str, ...]] = set()
        self._chosen: set[tuple[str, ...]] = set()
        self._named: dict[str, tuple[Candidate, str]] = {}
        # Sorted, because the answers arrive in a different order each time.
        for role in sorted(listed, key=lambda role: _identity(role.line)):
            self._listed.add(_identity(role.line))
            if not role.is_chosen:
                continue
            self._chosen.add(_identity(role.line))
            for region in regions:
                self._add(naming.name(role.assignment, region), role, region)
        self.profiles = [
            Profile(
                name=name,
                line=role.line,
                settings=(("region", region), *settings.items()),
                origin=POPULATED,
            )
            for name, (role, region) in sorted(self._named.items())
        ]

    def is_gone(
        self,
        name: str,
        line: Line | None,
        mark: tuple[str, str],
        *,
        was_listed: Callable[[Line], bool],
    ) -> bool:
        """Return whether a section was populated from this session for a role that is gone or now has another name.

        Roles that were merely not chosen this time stay, and so do those that would not have been listed: of accounts
        that AWS did not answer for, or of another tenant.
        """
        if mark != (POPULATED, self._session.label) or line is None or name in self._named:
            return False
        identity = _identity(line)
        return identity in self._chosen or (identity not in self._listed and was_listed(line))

    def _add(self, name: str, role: Candidate, region: str) -> None:
        other, its_region = self._named.setdefault(name, (role, region))
        if (other, its_region) != (role, region):
            raise UsageError(
                f"[profile {name}] would be both {_described(other)} in {its_region}"
                f" and {_described(role)} in {region}",
                hint=_way_out(other, role),
            )


def _identity(line: Line) -> tuple[str, ...]:
    """Return what makes a role another one: not the name and the duration of its session."""
    access = line.access
    return (line.account_id, line.role_name, *((access.tenant_id, access.arn) if access else ()))


def _described(role: Candidate) -> str:
    if role.line.access is not None:
        return f"role {printable(role.line.access.arn, limit=160)}"
    account = f"{role.line.account_id} ({printable(role.assignment.account_name, limit=60)})"
    return f"role {printable(role.line.role_name, limit=64)} in {account}"


def _way_out(one: Candidate, other: Candidate) -> str:
    if one.line.account_id == other.line.account_id and one.line != other.line:
        return "change --trim-role-name, or write one of them with: sso-credential-process configure profile NAME"
    return "add {account_id} or {short_region} to --profile-name"
