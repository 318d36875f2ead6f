"""A home directory with an AWS config that uses the sandbox."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from . import Sandbox

MARK = "# written by sso-credential-process sandbox"


class HomeInUse(Exception):
    """The home has an AWS config that the sandbox did not write."""


def write_home(sandbox: Sandbox, home: Path, executable: str) -> Path:
    """Write ``.aws/config`` for a profile that calls ``executable``; return its path.

    Raises HomeInUse for a config file that the sandbox did not write, and OSError.
    """
    path = home / ".aws" / "config"
    if path.exists() and not path.read_bytes().startswith(MARK.encode()):
        raise HomeInUse(str(path))
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.write_text(_config(sandbox, executable), encoding="utf-8")
    return path


def profile_line(sandbox: Sandbox, executable: str) -> str:
    """Return the profile's command: for the first account, as Developer if it has that role."""
    account = sandbox.accounts[0]
    role_name = "Developer" if "Developer" in account.roles else account.roles[0]
    return (
        f"{executable} get --sso-session sandbox"
        f" --account-id {account.account_id} --role-name {role_name}"
    )


def _config(sandbox: Sandbox, executable: str) -> str:
    return f"""{MARK}
[sso-session sandbox]
sso_start_url = {sandbox.start_url}
sso_region = {sandbox.region}
sso_registration_scopes = sso:account:access

[profile dev]
credential_process = {profile_line(sandbox, executable)}
region = {sandbox.region}
"""
