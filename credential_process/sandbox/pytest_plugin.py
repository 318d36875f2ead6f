"""Fixtures for pytest: a pretend Identity Center for the tests of any project.

Nothing is loaded by itself. Name this module in the ``conftest.py`` at the top of the tests:

    pytest_plugins = ["credential_process.sandbox.pytest_plugin"]

and ask for a fixture:

    def test_the_deployment_knows_its_account(sso_home, sso_sandbox):
        done = subprocess.run(["deploy", "--profile", "dev"], env=sso_home.environment)
        assert sso_sandbox.counters()["role_credentials"] == 1

``sso_sandbox`` is a running ``Sandbox``: faults, clocks, counters and all. ``sso_home`` is a home
of its own for child processes: ``.aws/config`` with the SSO session and the profile ``dev``, and
``environment``, the variables that lead there and nowhere else; its ``sign_in()`` writes a token
cache as ``aws sso login`` would, so that no browser is needed. A test fails if the sandbox met a
defect of its own, so that no wrong answer looks like one of AWS's.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sysconfig
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from . import Sandbox
from .home import write_home

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SESSION_NAME = "sandbox"


@dataclass(frozen=True, slots=True)
class SsoHome:
    """A home directory whose AWS config leads to a sandbox."""

    path: Path
    sandbox: Sandbox

    @property
    def environment(self) -> dict[str, str]:
        """Return an environment for child processes, which leads to the home and nowhere else."""
        inherited = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("AWS_", "SSO_CREDENTIAL_PROCESS_"))
        }
        return {**inherited, "HOME": str(self.path), **self.sandbox.environment}

    def sign_in(self, user_name: str = "alice") -> Path:
        """Sign somebody in without a browser; return the file of the token cache."""
        # The name of the file is the one that every SDK computes.
        key = hashlib.sha1(SESSION_NAME.encode(), usedforsecurity=False).hexdigest()
        path = self.path / ".aws" / "sso" / "cache" / f"{key}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(json.dumps(self.sandbox.sign_in(user_name)), encoding="utf-8")
        return path


@pytest.fixture
def sso_sandbox() -> Iterator[Sandbox]:
    """Serve three accounts of two roles, for one test."""
    with Sandbox() as sandbox:
        yield sandbox
    assert sandbox.defects == []


@pytest.fixture
def sso_home(sso_sandbox: Sandbox, tmp_path: Path) -> Iterator[SsoHome]:
    """Make a home that knows the sandbox as the SSO session ``sandbox``."""
    path = tmp_path / "sso-home"
    write_home(sso_sandbox, path, _executable())
    yield SsoHome(path, sso_sandbox)
    # A broker that waits there for more callers ends when its folder is gone.
    shutil.rmtree(path, ignore_errors=True)


def _executable() -> str:
    """Return the command of this installation as a profile names it; fails the test if there is none."""
    of_user = sysconfig.get_path("scripts", sysconfig.get_preferred_scheme("user"))
    folders = (sysconfig.get_path("scripts"), of_user, *os.get_exec_path())
    found = shutil.which("sso-credential-process", path=os.pathsep.join(folders))
    if found is None:
        pytest.fail("there is no script sso-credential-process; install the package with pip")
    # The Go SDK's version 1 drops everything after a value that begins with a quotation mark.
    return f'/usr/bin/env "{found}"' if " " in found else found
