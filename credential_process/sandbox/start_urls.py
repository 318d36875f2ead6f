"""Which start URLs the service knows, and in which spellings."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .settings import Settings


def is_known_start_url(settings: Settings, start_url: object) -> bool:
    """Tell whether a start URL leads to this service.

    The real one accepts some sloppy spellings (a trailing ``/`` or ``#/``); here they need the
    setting ``loose_start_url``, so that a client that forgets to clean its URL is found out.
    """
    if not isinstance(start_url, str):
        return False
    if settings.loose_start_url:
        start_url = start_url.partition("#")[0].rstrip("/")
    return start_url == settings.start_url
