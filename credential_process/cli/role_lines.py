"""Cached roles as lines for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from credential_process.session.state import CachedRole

_MOST = 10


def role_lines(roles: Sequence[CachedRole], say: Callable[[int], str]) -> list[str]:
    """Give a line a role, in columns; `say` gives the words for its end. Those beyond ten are counted."""
    shown = roles[:_MOST]
    longest = max((len(role.role_name) for role in shown), default=0)
    lines = [
        f"{role.account_id}  {role.role_name:{longest}}  {say(role.expires_at)}" for role in shown
    ]
    return [*lines, f"and {len(roles) - _MOST} more"] if len(roles) > _MOST else lines
