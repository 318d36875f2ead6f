"""The browser of whoever runs the caller: can one be opened here, and open it."""

import os
import sys

from credential_process.launcher import MARKER

# Descriptors that our caller lets its children have must not stay open for as long as the browser.
_OPEN = "import os, sys, webbrowser; os.closerange(3, os.sysconf('SC_OPEN_MAX')); webbrowser.open(sys.argv[1])"


def is_reachable() -> bool:
    """Tell whether a page opened from here would be seen by a person."""
    if os.environ.get("BROWSER"):
        return True
    if os.environ.get("SSH_CONNECTION") or os.environ.get("SSH_TTY"):
        return False  # the browser would open on the far side, and could not reach our listener from this one
    return sys.platform in {"darwin", "win32"} or bool(
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    )


def show(url: str) -> None:
    """Open a page in the user's browser, out of reach of the caller's pipes, terminal and signals.

    A browser that keeps the caller's stdout open would stall every SDK until it is closed.
    """
    environment = {name: value for name, value in os.environ.items() if name != MARKER}
    # Without a terminal type `webbrowser` never chooses a text browser, which nobody would see.
    environment.pop("TERM", None)
    os.posix_spawn(
        sys.executable,
        [sys.executable, "-I", "-c", _OPEN, url],
        environment,
        file_actions=[
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
            (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
        ],
        setsid=True,
    )
