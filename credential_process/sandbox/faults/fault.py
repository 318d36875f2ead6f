"""One fault: a rule that was read and validated."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, get_args

from credential_process.sandbox.http.exchange import Delivery, grant_type
from credential_process.sandbox.state.service_errors import (
    ACCOUNT_ACCESS_ERRORS,
    OIDC_ERRORS,
    PORTAL_ERRORS,
)

from .damage import UNUSABLE, Change
from .presets import PRESETS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from credential_process.sandbox.api.routes import Operation
    from credential_process.sandbox.http.exchange import Request

_HARMLESS = ("extra_fields", "huge_body", "no_errortype_header", "wrong_content_type")
_TEXTS = (
    "service", "operation", "method", "path", "grant_type", "message", "reason", "field", "error",
)  # fmt: skip
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
    "service": ("oidc", "portal", "account_access", "sts", "pages"),
    "grant_type": ("authorization_code", "refresh_token", "device_code"),
    "error": {*OIDC_ERRORS, *PORTAL_ERRORS, *ACCOUNT_ACCESS_ERRORS},
    "change": get_args(Change),
    "delivery": get_args(Delivery),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A valid rule; the members are those of ``Rule``."""

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
        """Return whether the request takes effect."""
        if self.commit is not None:
            return self.commit
        is_unusable = self.change in UNUSABLE or (self.change is not None and self.field == "*")
        is_answered = self.status is None and self.error is None and self.delivery == "whole"
        return is_answered and (not is_unusable or self.change in _HARMLESS)

    def is_for(self, operation: Operation, request: Request) -> bool:
        """Return whether the rule selects a request."""
        wanted_and_actual = (
            (self.service, operation.service),
            (self.operation, operation.name),
            (self.method, request.method),
            (self.path, request.path),
            (self.grant_type, self.grant_type and grant_type(request)),
        )
        return all(wanted in (None, actual) for wanted, actual in wanted_and_actual)


def fault_of(rule: Mapping[str, Any]) -> Fault:
    """Return the fault that a rule describes; raises ValueError for an invalid rule."""
    members = {**PRESETS[_preset(rule)], **rule} if "preset" in rule else dict(rule)
    members.pop("preset", None)
    for name, value in members.items():
        if name not in _TYPES:
            raise ValueError(f"a rule has no member {name!r}")
        if not isinstance(value, _TYPES[name]) or (
            name in _CHOICES and value not in _CHOICES[name]
        ):
            raise ValueError(f"{name} does not accept {value!r}")
    return Fault(**members)


def _preset(rule: Mapping[str, Any]) -> str:
    name = str(rule["preset"])
    if name not in PRESETS:
        raise ValueError(f"{name!r} is not a preset; use one of: {', '.join(sorted(PRESETS))}")
    return name
