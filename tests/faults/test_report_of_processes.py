"""The report on processes after a deviating trial, which helps to diagnose a broker that does not answer."""

import os
import signal

from testing import processes
from testing.events import until
from testing.executable import Executable
from testing.home import Home


def test_a_report_shows_each_thread_of_a_broker_and_its_state(
    get: Executable, signed_in: Home
) -> None:
    """A broker that hangs on a busy machine is gone before a developer can look at it."""
    get()
    broker = processes.last(signed_in.path)
    os.kill(broker, signal.SIGSTOP)

    def is_reported() -> bool:
        first, *threads = processes.report(signed_in.path)
        is_named = first.startswith(f"process {broker}: ") and " broker " in first
        return is_named and threads != [] and all("stat T" in thread for thread in threads)

    until(is_reported, "each thread is reported as stopped")
