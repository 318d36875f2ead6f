"""The browser for the sign-in page of a sandbox, which only this computer reaches."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from credential_process.client import interaction
from credential_process.system import surroundings

if TYPE_CHECKING:
    from credential_process.sandbox import Sandbox


def reach(*, has_terminal: bool) -> str:
    """Return ``browser``, ``terminal`` or ``none``: how a user of this environment is asked to sign in."""
    return interaction.reach(
        os.environ,
        has_desktop=lambda: surroundings.has_desktop(os.environ),
        has_terminal=has_terminal,
    )


def forwarding(pretend: Sandbox) -> str:
    """Return what to do over SSH, where the browser is on another computer than the page."""
    port = urlsplit(pretend.url).port
    return f"(Over SSH, forward the port first: ssh -L {port}:127.0.0.1:{port} HOST)"
