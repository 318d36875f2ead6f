"""Print assignments or entitlements while they are listed, and report on stderr how many there were."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

import click

from credential_process.cli.printing import progress, report_each
from credential_process.errors import Refused, printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from credential_process.administration.listing import Listing


class Granted(Protocol):
    """What a user or a group has."""

    @property
    def principal_id(self) -> str:
        """The id of the user or group."""

    @property
    def principal_name(self) -> str | None:
        """Its name; None if it was deleted."""


Item = TypeVar("Item", bound=Granted)


class ShownList(Generic[Item]):
    """A list with a progress bar while it is listed; `what` is its name in the plural. Iterate once."""

    def __init__(self, what: str, listing: Listing[Item, Any]) -> None:
        self._what = what
        self._listing = listing
        self.count = 0
        self._of_deleted = 0

    def __iter__(self) -> Iterator[Item]:
        with progress(f"Listing {self._what}") as advance:
            self._listing.on_answer = lambda: advance(
                self._listing.done, self._listing.known or None
            )
            for each in self._listing:
                self.count += 1
                self._of_deleted += each.principal_name is None
                yield each

    def report(self, *left_out: str) -> int:
        """Print on stderr how many there were, and what was left out; return the exit code."""
        skipped = [printable(each, limit=300) for each in self._listing.skipped]
        report_each("skipped", skipped)
        line = f"{self.count} {self._what}"
        if self._of_deleted:
            line += f", {self._of_deleted} of them for deleted users or groups"
        click.echo("; ".join((line, *left_out)), err=True)
        return Refused.exit_code if skipped and not self.count else 0


def shown_principal(granted: Granted) -> str:
    """Return the name of a user or group, or its id."""
    if granted.principal_name is None:
        return f"{granted.principal_id} (deleted)"
    return granted.principal_name or granted.principal_id
