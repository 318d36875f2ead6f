"""Retry file operations: Windows refuses some while another program, such as a virus scanner, has the file open."""

import time

_PAUSE_SECONDS = 0.005


def patiently(
    call: "Callable[[], T]", seconds: float = 2, refusal: type[OSError] = PermissionError
) -> "T":
    """Return the result of a call, which is repeated for some seconds while it raises this error."""
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
