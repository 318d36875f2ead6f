"""Lengths of time as users type and read them: ``90s``, ``30m`` and ``4h``; `8 h` and `1 h 5 min`; `14:05`."""

from __future__ import annotations

import time

from credential_process.errors import UsageError
from credential_process.identifiers import whole_number

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def seconds_of(text: str, option: str) -> int:
    """Return the seconds in a whole number with its unit, given to `option`; raises `UsageError`."""
    number, unit = whole_number(text[:-1], most_digits=6), text[-1:]
    if unit in _SECONDS and number is not None:
        return number * _SECONDS[unit]
    raise UsageError(
        f"{option}: {text[:80]!a} is not a valid duration", hint="give one like 90s, 30m or 4h"
    )


def spoken(seconds: float) -> str:
    """Return a duration in words, to the minute, so that the text does not change while the user reads it."""
    minutes = round(seconds / 60)
    if seconds < 60:
        return "less than a minute"
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        return f"{days} d {hours} h" if hours else f"{days} d"
    if hours:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    return f"{minutes} min"


def clock_time(epoch: float) -> str:
    """Return the local time of day, with the date if it is not today."""
    moment = time.localtime(epoch)
    is_today = moment[:3] == time.localtime()[:3]
    return time.strftime("%H:%M" if is_today else "%H:%M on %Y-%m-%d", moment)
