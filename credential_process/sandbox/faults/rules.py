"""The rules in force, and how many requests each of them applied to."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .fault import Fault, fault_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from credential_process.sandbox.api.routes import Operation
    from credential_process.sandbox.http.exchange import Request


class Faults:
    """Hold the rules in order, with a count for each."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rules: list[_Counted] = []

    def replace(self, rules: Iterable[Mapping[str, Any]]) -> None:
        """Replace all rules; raises ValueError and then changes nothing."""
        counted = [_Counted(rule, fault_of(rule)) for rule in rules]
        with self._lock:
            self._rules = counted

    def strike(self, operation: Operation, request: Request) -> Fault | None:
        """Return the first fault that applies; a rule sees only what earlier rules let pass."""
        with self._lock:
            for rule in self._rules:
                if rule.fault.is_for(operation, request) and rule.strikes():
                    return rule.fault
        return None

    def hold(self, fault: Fault, stopping: threading.Event) -> None:
        """Wait until the rules are replaced or the server stops."""
        with self._lock:
            holder = next((rule for rule in self._rules if rule.fault is fault), None)
            if holder is None:  # replaced while the response was made
                return
            holder.holding += 1
        while not stopping.wait(0.02):
            with self._lock:
                if holder not in self._rules:
                    return

    def as_documents(self) -> list[dict[str, Any]]:
        """Return the rules as written, each with its counts: ``struck`` and ``holding``."""
        with self._lock:
            return [
                {**rule.written, "struck": rule.struck, "holding": rule.holding}
                for rule in self._rules
            ]


@dataclass(slots=True, eq=False)
class _Counted:
    written: Mapping[str, Any]
    fault: Fault
    seen: int = 0
    struck: int = 0
    holding: int = 0

    def strikes(self) -> bool:
        self.seen += 1
        is_its_turn = self.seen >= self.fault.nth
        has_turns_left = self.fault.count is None or self.struck < self.fault.count
        self.struck += is_its_turn and has_turns_left
        return is_its_turn and has_turns_left
