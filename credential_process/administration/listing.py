"""What lists of assignments and of entitlements share: requests that many threads make, and names for output."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Generic, TypeVar

from credential_process.administration.accounts import Accounts
from credential_process.administration.output_names import OutputNames
from credential_process.administration.workers import Workers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from credential_process.administration.calls import Calls
    from credential_process.administration.selection import Selection

Item = TypeVar("Item")
Chosen = TypeVar("Chosen", bound="Selection")


class Listing(ABC, Generic[Item, Chosen]):
    """What a selection asks for, each once, as it is listed; iterate once.

    Iterating raises `UsageError` for a filter that names what is not there, and the kinds of `errors`. `done` of
    `known` answers have come, which `on_answer` is called after; more may become known.
    """

    def __init__(self, calls: Calls, region: str, selection: Chosen) -> None:
        self._calls = calls
        self._selection = selection
        self._workers = Workers()
        self._accounts = Accounts(calls, region)
        self._skipped: dict[str, None] = {}
        self.known = 0
        self.done = 0
        self.on_answer: Callable[[], None] = lambda: None

    @property
    def skipped(self) -> list[str]:
        """What was left out, and why, each once: several requests may have met the same."""
        return list(self._skipped)

    def __iter__(self) -> Iterator[Item]:
        try:
            yield from self._listed()
        finally:
            self._workers.close()

    @abstractmethod
    def _listed(self) -> Iterator[Item]:
        """List them, without ending the workers."""

    def _answered(self, number: int = 1) -> None:
        self.done += number
        self.on_answer()

    def _skip(self, reason: str) -> None:
        self._skipped[reason] = None

    def _names(
        self, accounts: Mapping[str, str] | None, *, many_accounts: bool
    ) -> OutputNames | None:
        """Return what looks up names; None if none are wanted. `accounts` have known names, by id."""
        if not self._selection.with_names:
            return None
        return OutputNames(
            self._calls,
            self._workers,
            self._accounts,
            known_accounts=accounts or {},
            many_accounts=many_accounts,
        )
