"""Who can be reached, as a table of environments: DESIGN 4."""

import pytest

from credential_process.client.interaction import reach
from credential_process.system import surroundings

DESKTOP = {"DISPLAY": ":0"}
SSH = {"SSH_CONNECTION": "192.0.2.1 50000 192.0.2.2 22"}
EDITOR = {"BROWSER": "/vscode/bin/helpers/browser.sh", "VSCODE_IPC_HOOK_CLI": "/tmp/vscode.sock"}

# environment, platform, who is reached with a terminal, and without one
TABLE: dict[str, tuple[dict[str, str], str, str, str]] = {
    "a bare console": ({}, "linux", "terminal", "none"),
    "X": (DESKTOP, "linux", "browser", "browser"),
    "Wayland": ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", "browser", "browser"),
    "macOS": ({}, "darwin", "browser", "browser"),
    "WSL": ({"WSL_DISTRO_NAME": "Debian"}, "linux", "browser", "browser"),
    "WSL without its name": (
        {"WSL_INTEROP": "/run/WSL/1_interop"},
        "linux",
        "browser",
        "browser",
    ),
    "a browser that is named": ({"BROWSER": "firefox"}, "linux", "browser", "browser"),
    "a text browser": ({"BROWSER": "w3m"}, "linux", "terminal", "none"),
    "a text browser by its path": ({"BROWSER": "/usr/bin/lynx %s"}, "linux", "terminal", "none"),
    "a text browser on a desktop": (
        {**DESKTOP, "BROWSER": "links:elinks"},
        "linux",
        "terminal",
        "none",
    ),
    "SSH": (SSH, "linux", "terminal", "none"),
    "SSH with X forwarded": ({**SSH, **DESKTOP}, "linux", "terminal", "none"),
    "SSH to a Mac": (SSH, "darwin", "terminal", "none"),
    "SSH with a browser that is named": (
        {**SSH, "BROWSER": "open-at-home"},
        "linux",
        "browser",
        "browser",
    ),
    "VS Code over SSH": ({**SSH, **EDITOR}, "linux", "terminal", "browser"),
    "a dev container": ({**EDITOR, "REMOTE_CONTAINERS": "true"}, "linux", "terminal", "browser"),
    "Codespaces": ({**EDITOR, "CODESPACES": "true"}, "linux", "terminal", "browser"),
    "VS Code on a desktop": ({**DESKTOP, **EDITOR}, "linux", "browser", "browser"),
}


@pytest.mark.parametrize(
    ("environment", "platform", "with_terminal", "without"), TABLE.values(), ids=list(TABLE)
)
def test_who_is_reached(
    environment: dict[str, str], platform: str, with_terminal: str, without: str
) -> None:
    """A browser that nobody sees, and a code that nobody reads, are waits of ten minutes for nothing."""
    has_desktop = surroundings.has_desktop(environment, platform)
    assert with_terminal == reach(environment, has_desktop=has_desktop, has_terminal=True)
    assert without == reach(environment, has_desktop=has_desktop, has_terminal=False)
