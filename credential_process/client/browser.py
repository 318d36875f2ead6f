"""The browser of whoever runs the caller."""

import os
import sys

from credential_process.client import interaction, launcher

# Descriptors that our caller lets its children have must not stay open for as long as the browser.
_OPEN = "import os, sys, webbrowser; os.closerange(3, os.sysconf('SC_OPEN_MAX')); webbrowser.open(sys.argv[1])"

# Under WSL: the browser of Windows, which reaches our listener through its own 127.0.0.1.
_WINDOWS = "/mnt/c/Windows/System32/rundll32.exe"


def show(url: str) -> None:
    """Open a page in the user's browser, out of reach of the caller's pipes, terminal and signals.

    A browser that keeps the caller's stdout open would stall every SDK until it is closed.
    """
    environment = {name: value for name, value in os.environ.items() if name != launcher.MARKER}
    # Without a terminal type `webbrowser` never chooses a text browser, which nobody would see.
    environment.pop("TERM", None)
    command: tuple[str, ...] = (sys.executable, "-I", "-c", _OPEN, url)
    if interaction.is_windows_behind(environment) and not environment.get("BROWSER"):
        command = (_WINDOWS, "url.dll,FileProtocolHandler", url)
    try:
        _spawn(command, environment)
    except OSError:
        pass  # the page is not opened, and somebody else is appointed


def _spawn(command: tuple[str, ...], environment: dict[str, str]) -> None:
    process_id = os.posix_spawn(
        command[0],
        command,
        environment,
        file_actions=[
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
            (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
        ],
        setsid=True,
    )
    launcher.leave(process_id)
