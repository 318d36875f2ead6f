"""Answers that a test holds back until something else has happened."""

from collections.abc import Callable

from credential_process.sandbox import Sandbox
from credential_process.sandbox.faults import Rule
from testing.events import until


def hold(sandbox: Sandbox, rule: Rule) -> Callable[[], None]:
    """Hold all answers that a rule is for, with what is in them; return how to wait until one is held.

    Replacing the rules, ``sandbox.set_faults()``, sends them.
    """
    sandbox.set_faults({"held": True, "count": None, **rule})

    def wait() -> None:
        until(lambda: sandbox.faults()[0]["holding"], "an answer is held")

    return wait
