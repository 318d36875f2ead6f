"""Organisations by their start URLs and Regions."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .settings import Settings


class Tenant(NamedTuple):
    """An organisation in a Region; a replicated one is a tenant in each of its Regions."""

    start_url: str
    region: str


class Tenants:
    """All tenants: first that of the settings, then further ones.

    All of them have the same accounts and users.
    """

    def __init__(self, further: Sequence[Tenant]) -> None:
        self._further = tuple(further)

    def all(self, settings: Settings) -> list[Tenant]:
        """Return all tenants."""
        return [Tenant(settings.start_url, settings.region), *self._further]

    def know(self, start_url: object, region: str, settings: Settings) -> bool:
        """Return whether an organisation in this Region has the start URL.

        The real service accepts some other spellings (a trailing ``/`` or ``#/``); here they need
        the setting ``loose_start_url``, so that a client that does not normalise its URL fails.
        """
        if not isinstance(start_url, str):
            return False
        if settings.loose_start_url:
            start_url = start_url.partition("#")[0].rstrip("/")
        return Tenant(start_url, region) in self.all(settings)
