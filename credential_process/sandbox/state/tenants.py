"""Organisations by their start URLs, and the Regions that they are in."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .settings import Settings


class Tenant(NamedTuple):
    """An organisation in a Region; one that is replicated is a tenant in each of its Regions."""

    start_url: str
    region: str


class Tenants:
    """Know which start URL leads somewhere, in which Region.

    The first tenant is the one of the settings; all of them have the same accounts and people.
    """

    def __init__(self, further: Sequence[Tenant]) -> None:
        self._further = tuple(further)

    def all(self, settings: Settings) -> list[Tenant]:
        """Return all tenants."""
        return [Tenant(settings.start_url, settings.region), *self._further]

    def know(self, start_url: object, region: str, settings: Settings) -> bool:
        """Tell whether a start URL leads to an organisation in this Region.

        The real service accepts some sloppy spellings (a trailing ``/`` or ``#/``); here they need
        the setting ``loose_start_url``, so that a client that forgets to clean its URL is found
        out.
        """
        if not isinstance(start_url, str):
            return False
        if settings.loose_start_url:
            start_url = start_url.partition("#")[0].rstrip("/")
        return Tenant(start_url, region) in self.all(settings)
