"""Fixtures for pytest: a pretend Identity Center for the tests of any project.

It is not loaded automatically. Name this module in the top-level ``conftest.py`` of the tests:

    pytest_plugins = ["credential_process.sandbox.pytest_plugin"]

and request a fixture:

    def test_the_deployment_knows_its_account(sso_home, sso_sandbox):
        done = subprocess.run(["deploy", "--profile", "dev"], env=sso_home.environment)
        assert sso_sandbox.counters()["role_credentials"] == 1

``sso_sandbox`` is a running ``Sandbox`` with all its controls: faults, clock, counters. ``sso_home``
is a separate home for child processes: ``.aws/config`` with the SSO session and the profile
``dev``, and ``environment``, the variables that direct them there and nowhere else. Its ``sign_in()``
writes a token cache as ``aws sso login`` does, so that no browser is needed. A test fails if the
sandbox itself raised an error, so that a wrong response is not mistaken for one of AWS's.
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
    """A home directory whose AWS config uses a sandbox."""

    path: Path
    sandbox: Sandbox

    @property
    def environment(self) -> dict[str, str]:
        """Return the environment for child processes, which uses this home and no other AWS settings."""
        inherited = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("AWS_", "SSO_CREDENTIAL_PROCESS_"))
        }
        return {**inherited, "HOME": str(self.path), **self.sandbox.environment}

    def sign_in(self, user_name: str = "alice") -> Path:
        """Sign a user in without a browser; return the file of the token cache."""
        # Every SDK computes this file name.
        key = hashlib.sha1(SESSION_NAME.encode(), usedforsecurity=False).hexdigest()
        path = self.path / ".aws" / "sso" / "cache" / f"{key}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(json.dumps(self.sandbox.sign_in(user_name)), encoding="utf-8")
        return path


@pytest.fixture
def sso_sandbox() -> Iterator[Sandbox]:
    """Serve three accounts with two roles each, for one test."""
    with Sandbox() as sandbox:
        yield sandbox
    assert sandbox.defects == []


@pytest.fixture
def sso_home(sso_sandbox: Sandbox, tmp_path: Path) -> Iterator[SsoHome]:
    """Create a home whose config has the sandbox as the SSO session ``sandbox``."""
    path = tmp_path / "sso-home"
    write_home(sso_sandbox, path, _executable())
    yield SsoHome(path, sso_sandbox)
    # A broker that waits for callers in this home exits once the folder is gone.
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
