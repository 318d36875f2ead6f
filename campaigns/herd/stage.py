"""The environment of a herd: a home, the installed executable, and a browser for each user."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from campaigns.herd.campaign import ROLES, Herd
from testing.executable import Executable
from testing.home import Home

if TYPE_CHECKING:
    from credential_process.sandbox import Sandbox

# Reloads a page that fails, because brokers are killed.
PERSON = Path(__file__).parents[2] / "testing" / "patient_person.py"


def herd_in(folder: Path, sandbox: Sandbox) -> Herd:
    """Make the home in a folder, signed out."""
    home = Home(folder / "home")
    home.add_session(sandbox)
    bin_folders = (Path(sys.executable).parent, "/usr/local/bin", "/usr/bin", "/bin")
    environment = {
        "HOME": str(home.path),
        "PATH": os.pathsep.join(map(str, bin_folders)),
        **sandbox.environment,
    }

    def browser(user_name: str) -> dict[str, str]:
        words = [sys.executable, "-I", str(PERSON), "--user", user_name]
        record = ["--record", str(folder / "arrivals")]
        return {**environment, "BROWSER": f"{shlex.join([*words, *record])} %s"}

    session = ("--sso-session", "corp")
    line = (*session, "--account-id", ROLES[0][0], "--role-name", ROLES[0][1])
    return Herd(
        home,
        sandbox,
        get=Executable("get", home.path, environment, line),
        login=Executable("login", home.path, environment, session),
        logout=Executable("logout", home.path, environment, session),
        browser=browser,
    )
