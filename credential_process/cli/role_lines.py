"""Cached roles as lines of text."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from credential_process.session.state import CachedRole

_MOST = 10


def role_lines(roles: Sequence[CachedRole], end: Callable[[int], str]) -> list[str]:
    """Return a line for each role, in columns; `end` words its expiration. Those beyond ten are counted."""
    shown = roles[:_MOST]
    longest = max((len(role.role_name) for role in shown), default=0)
    lines = [
        f"{role.account_id}  {role.role_name:{longest}}  {end(role.expires_at)}" for role in shown
    ]
    return [*lines, f"and {len(roles) - _MOST} more"] if len(roles) > _MOST else lines
