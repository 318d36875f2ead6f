"""How the user can be asked, as a table of environments: DESIGN 4."""

import pytest

from credential_process.client.interaction import reach
from credential_process.system import linux_surroundings as surroundings

DESKTOP = {"DISPLAY": ":0"}
SSH = {"SSH_CONNECTION": "192.0.2.1 50000 192.0.2.2 22"}
EDITOR = {"BROWSER": "/vscode/bin/helpers/browser.sh", "VSCODE_IPC_HOOK_CLI": "/tmp/vscode.sock"}

# environment, how the user is asked with a terminal, and without one
TABLE: dict[str, tuple[dict[str, str], str, str]] = {
    "a bare console": ({}, "terminal", "none"),
    "X": (DESKTOP, "browser", "browser"),
    "Wayland": ({"WAYLAND_DISPLAY": "wayland-0"}, "browser", "browser"),
    "a browser that is named": ({"BROWSER": "firefox"}, "browser", "browser"),
    "a text browser": ({"BROWSER": "w3m"}, "terminal", "none"),
    "a text browser by its path": ({"BROWSER": "/usr/bin/lynx %s"}, "terminal", "none"),
    "a text browser on a desktop": (
        {**DESKTOP, "BROWSER": "links:elinks"},
        "terminal",
        "none",
    ),
    "SSH": (SSH, "terminal", "none"),
    "SSH with X forwarded": ({**SSH, **DESKTOP}, "terminal", "none"),
    "SSH with a browser that is named": (
        {**SSH, "BROWSER": "open-at-home"},
        "browser",
        "browser",
    ),
    "VS Code over SSH": ({**SSH, **EDITOR}, "terminal", "browser"),
    "a dev container": ({**EDITOR, "REMOTE_CONTAINERS": "true"}, "terminal", "browser"),
    "Codespaces": ({**EDITOR, "CODESPACES": "true"}, "terminal", "browser"),
    "VS Code on a desktop": ({**DESKTOP, **EDITOR}, "browser", "browser"),
}


@pytest.mark.parametrize(
    ("environment", "with_terminal", "without"), TABLE.values(), ids=list(TABLE)
)
def test_how_the_user_can_be_asked(
    environment: dict[str, str], with_terminal: str, without: str
) -> None:
    """A browser that no user sees, or a code that no user reads, would be ten minutes of waiting for nothing."""

    def has_desktop() -> bool:
        return surroundings.has_desktop(environment)

    assert with_terminal == reach(environment, has_desktop=has_desktop, has_terminal=True)
    assert without == reach(environment, has_desktop=has_desktop, has_terminal=False)


@pytest.mark.parametrize("environment", [SSH, EDITOR | SSH, {"BROWSER": "firefox"}])
def test_a_desktop_is_looked_for_only_if_it_matters(environment: dict[str, str]) -> None:
    """On macOS this runs a program, in each of a hundred callers."""

    def has_desktop() -> bool:
        raise AssertionError

    assert reach(environment, has_desktop=has_desktop, has_terminal=True)
