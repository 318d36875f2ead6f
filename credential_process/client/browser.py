"""The browser of the user who runs the caller."""

import os

from credential_process.client import launcher
from credential_process.system import processes, surroundings


def show(url: str) -> None:
    """Open a page in the user's browser, out of reach of the caller's pipes, terminal and signals.

    A browser that keeps the caller's stdout open would stall every SDK until it is closed.
    """
    environment = {name: value for name, value in os.environ.items() if name != launcher.MARKER}
    # Without a terminal type `webbrowser` never chooses a text browser, which the user would not see.
    environment.pop("TERM", None)
    try:
        process_id = processes.start(surroundings.browser_command(url, environment), environment)
    except OSError:
        return  # the page is not opened, and the broker chooses another caller
    launcher.leave(process_id)
