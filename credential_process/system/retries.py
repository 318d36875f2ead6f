"""Trying again: on Windows a file that another program has open for a moment, such as a virus scanner, is refused."""

import time

_PAUSE_SECONDS = 0.005


def patiently(
    call: "Callable[[], T]", seconds: float = 2, refusal: type[OSError] = PermissionError
) -> "T":
    """Return what a call returns, repeated for some seconds while it raises this error."""
    ends = time.monotonic() + seconds
    while True:
        try:
            return call()
        except refusal:
            if time.monotonic() >= ends:
                raise
        time.sleep(_PAUSE_SECONDS)


TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    T = TypeVar("T")
