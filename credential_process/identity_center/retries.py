"""Try a request again: a few times if the service cannot be reached, more often if it throttles."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TypeVar

from credential_process.errors import (
    CredentialProcessError,
    Throttled,
    Unauthorized,
    Unavailable,
)
from credential_process.identity_center.limiter import pause_seconds

if TYPE_CHECKING:
    from collections.abc import Callable

    from credential_process.identity_center.limiter import Limiter

Reply = TypeVar("Reply")
_MOST_TRIES_WHILE_THROTTLED = 8
# For one call, all tries together: a caller gives up after 50 and must get the error before that.
_LONGEST_SECONDS = 30


def retried(send: Callable[[], Reply], tries: int, deadline: float, limiter: Limiter) -> Reply:
    """Return what `send` returns, called at most `tries` times if it raises `Unavailable`, more often if `Throttled`.

    No try begins after the `deadline` (monotonic). Raises what the last try has raised.
    """
    now = time.monotonic()
    if deadline < now:
        raise Unavailable(
            "AWS throttles requests, or answers slowly", hint="run it again in a minute"
        )
    ends = min(deadline, now + _LONGEST_SECONDS)
    failure: CredentialProcessError = Throttled(
        "AWS throttles requests", hint="run it again in a minute"
    )
    tried = 0
    while True:
        # One try is for an exchange of tokens, under a lock: it does not wait behind other requests.
        if tries > 1 and not limiter.wait(ends):
            raise failure
        tried += 1
        try:
            return send()
        except CredentialProcessError as error:
            failure = error
        if isinstance(failure, Throttled) and tries > 1:
            limiter.throttled(failure.retry_after_seconds)
            tries = max(tries, _MOST_TRIES_WHILE_THROTTLED)
        if (
            tried >= tries
            or not isinstance(failure, Unavailable)
            or isinstance(failure, Unauthorized)
        ):
            raise failure
        pause = max(pause_seconds(tried), getattr(failure, "retry_after_seconds", 0.0))
        if time.monotonic() + pause > ends:
            raise failure
        time.sleep(pause)
