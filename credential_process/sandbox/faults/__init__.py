"""Faults: rules that say which requests go wrong, and how.

A rule is a mapping. These members say which requests it is
for; those that are left out match everything:

``service`` (oidc, portal, sts, pages), ``operation`` (as in the counters), ``method``, ``path``,
``grant_type`` (authorization_code, refresh_token, device_code); ``nth``: the first matching request
that is struck (1); ``count``: how many are struck from there on (1), or None for all.

These say what goes wrong; ``preset`` names a ready-made set of them (``fault_presets``), and what
stands beside it wins:

``error``, ``message`` and ``reason``: refuse, in the service's own shape; ``status``, ``headers``, ``body``
(text, or anything that JSON can say): answer this; ``change`` and ``field``: spoil the real answer
(``damage``); ``delivery``: hang, drop, reset, reset_after_headers or truncate; ``delay_seconds``:
wait before the request is looked at; ``clock_skew_seconds``: move the ``Date`` header;
``held``: have the answer ready, and send it once the rules are replaced;
``commit``: whether what was asked is really done. Without a word it is done if the client has a
chance to use the answer; so a refresh token that is spent for nothing needs ``commit``.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypedDict, get_args

from credential_process.sandbox.http.exchange import Delivery, grant_type
from credential_process.sandbox.state.service_errors import OIDC_ERRORS, PORTAL_ERRORS

from .damage import UNUSABLE, Change
from .presets import PRESETS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from credential_process.sandbox.api.routes import Operation
    from credential_process.sandbox.http.exchange import Request


class Rule(TypedDict, total=False):
    """A rule as it is written."""

    service: str
    operation: str
    method: str
    path: str
    grant_type: str
    nth: int
    count: int | None
    preset: str
    error: str
    message: str
    reason: str
    status: int
    headers: Mapping[str, str]
    body: Any
    change: Change
    field: str
    delivery: Delivery
    delay_seconds: float
    clock_skew_seconds: float
    held: bool
    commit: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A rule that was read and makes sense."""

    service: str | None = None
    operation: str | None = None
    method: str | None = None
    path: str | None = None
    grant_type: str | None = None
    nth: int = 1
    count: int | None = 1
    error: str | None = None
    message: str = ""
    reason: str = ""
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = ""
    change: Change | None = None
    field: str = "*"
    delivery: Delivery = "whole"
    delay_seconds: float = 0
    clock_skew_seconds: float = 0
    held: bool = False
    commit: bool | None = None

    @property
    def commits(self) -> bool:
        """Tell whether what was asked is really done."""
        if self.commit is not None:
            return self.commit
        is_unusable = self.change in UNUSABLE or (self.change is not None and self.field == "*")
        is_answered = self.status is None and self.error is None and self.delivery == "whole"
        return is_answered and (not is_unusable or self.change in _HARMLESS)

    def is_for(self, operation: Operation, request: Request) -> bool:
        """Tell whether a request is of those that the rule is for."""
        wanted_and_had = (
            (self.service, operation.service),
            (self.operation, operation.name),
            (self.method, request.method),
            (self.path, request.path),
            (self.grant_type, self.grant_type and grant_type(request)),
        )
        return all(wanted in (None, had) for wanted, had in wanted_and_had)


class Faults:
    """Hold the rules in their order, and count what each of them met."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rules: list[_Counted] = []

    def replace(self, rules: Iterable[Mapping[str, Any]]) -> None:
        """Hold these rules and no others; raises ValueError, and then nothing changes."""
        counted = [_Counted(rule, fault_of(rule)) for rule in rules]
        with self._lock:
            self._rules = counted

    def strike(self, operation: Operation, request: Request) -> Fault | None:
        """Return the first rule that strikes this request; a rule sees what others let pass."""
        with self._lock:
            for rule in self._rules:
                if rule.fault.is_for(operation, request) and rule.strikes():
                    return rule.fault
        return None

    def hold(self, fault: Fault, stopping: threading.Event) -> None:
        """Return once the rules have been replaced, or the server stops."""
        with self._lock:
            holder = next((rule for rule in self._rules if rule.fault is fault), None)
            if holder is None:  # replaced while the answer was made
                return
            holder.holding += 1
        while not stopping.wait(0.02):
            with self._lock:
                if holder not in self._rules:
                    return

    def as_documents(self) -> list[dict[str, Any]]:
        """Return the rules as written, each with the numbers of its requests: ``struck``, ``holding``."""
        with self._lock:
            return [
                {**rule.written, "struck": rule.struck, "holding": rule.holding}
                for rule in self._rules
            ]


def fault_of(rule: Mapping[str, Any]) -> Fault:
    """Read a rule; raises ValueError for one that cannot be meant."""
    members = {**PRESETS[_preset(rule)], **rule} if "preset" in rule else dict(rule)
    members.pop("preset", None)
    for name, value in members.items():
        if name not in _TYPES:
            raise ValueError(f"a rule has no {name!r}")
        if not isinstance(value, _TYPES[name]) or (
            name in _CHOICES and value not in _CHOICES[name]
        ):
            raise ValueError(f"{name} does not take {value!r}")
    return Fault(**members)


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


def _preset(rule: Mapping[str, Any]) -> str:
    name = str(rule["preset"])
    if name not in PRESETS:
        raise ValueError(f"presets are {', '.join(sorted(PRESETS))}, not {name!r}")
    return name


_HARMLESS = ("extra_fields", "huge_body", "no_errortype_header", "wrong_content_type")
_TEXTS = (
    "service",
    "operation",
    "method",
    "path",
    "grant_type",
    "message",
    "reason",
    "field",
    "error",
)
_TYPES: dict[str, Any] = {
    **dict.fromkeys(_TEXTS, str),
    "nth": int,
    "count": int | None,
    "status": int,
    "headers": dict,
    "body": object,
    "change": str,
    "delivery": str,
    "delay_seconds": int | float,
    "clock_skew_seconds": int | float,
    "held": bool,
    "commit": bool,
}
_CHOICES: dict[str, Any] = {
    "service": ("oidc", "portal", "sts", "pages"),
    "grant_type": ("authorization_code", "refresh_token", "device_code"),
    "error": {*OIDC_ERRORS, *PORTAL_ERRORS},
    "change": get_args(Change),
    "delivery": get_args(Delivery),
}
