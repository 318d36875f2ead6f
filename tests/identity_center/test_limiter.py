"""The pace of requests: what a caller waits for must come before it has to leave."""

import time

from credential_process.identity_center.limiter import Limiter


def test_a_turn_after_the_deadline_is_not_waited_for() -> None:
    """A caller leaves after 50 seconds, and should know by then that the service throttles."""
    limiter = Limiter()
    limiter.throttled(30)
    assert limiter.wait(time.monotonic() + 10) is False


def test_a_turn_is_free_while_the_service_does_not_throttle() -> None:
    """The control: what is always refused would never reach AWS."""
    assert Limiter().wait(time.monotonic()) is True
