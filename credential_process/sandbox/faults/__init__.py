"""Faults: rules that state which requests fail, and how.

A rule is a mapping. These members select requests; a member that is missing matches every request:

``service`` (oidc, portal, account_access, sts, pages), ``operation`` (as in the counters), ``method``, ``path``,
``grant_type`` (authorization_code, refresh_token, device_code); ``nth``: the first matching request
that the rule applies to (1); ``count``: to how many it applies from there on (1), None for all.

These members state what happens; ``preset`` names a ready-made set of them (``presets``), and the
other members of the rule override those of its preset:

``error``, ``message`` and ``reason``: refuse, in the service's own format; ``status``, ``headers``,
``body`` (text, or any JSON value): respond with this; ``change`` and ``field``: damage the real
response (``damage``); ``delivery``: hang, drop, reset, reset_after_headers or truncate;
``delay_seconds``: wait before the request is processed; ``clock_skew_seconds``: shift the ``Date``
header; ``held``: prepare the response, and send it once the rules are replaced;
``commit``: whether the request takes effect. By default it does if the client can use the
response; so a refresh token that is spent without a usable response needs ``commit``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from credential_process.sandbox.http.exchange import Delivery

    from .damage import Change


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
