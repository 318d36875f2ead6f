"""Which sign-ins are over, and since when: this decides whose credentials a call may print.

A sign-in is a portal session of the sandbox. It is over for this home once its user was signed out, by `logout`,
by `login --force` or by the AWS CLI, or once another token has replaced its own.
"""

from __future__ import annotations

import json
import os
import subprocess
import time
from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.error import HTTPError

from testing.home import end_session

if TYPE_CHECKING:
    from collections.abc import Mapping

    from credential_process.sandbox import Sandbox
    from testing.executable import Executable
    from testing.home import Home

COMMAND_SECONDS = 240


class SignIns:
    """Sign users out and in, one after the other, and record which sign-ins are over.

    Only what is certain is recorded: a command that failed has ended nothing.
    """

    def __init__(self, home: Home, sandbox: Sandbox, login: Executable, logout: Executable) -> None:
        self._home = home
        self._sandbox = sandbox
        self._login = login
        self._logout = logout
        self.over: dict[str, float] = {}
        self.failures: list[str] = []

    def logout(self) -> None:
        """Run `logout`: sign-ins that had begun before are over when it returns."""
        before = self._all()
        done = run(self._logout)
        # 5: signed out here, but the session could not be ended at the service.
        if done.returncode in (0, 5):
            self._end(before)
        else:
            self.failures.append(f"logout: exit {done.returncode}: {done.stderr}")

    def login(self, environment: Mapping[str, str]) -> None:
        """Run `login`, which does nothing if a caller's browser was faster."""
        self._note_hang(run(self._login, environment=environment))

    def login_by_force(self, environment: Mapping[str, str]) -> None:
        """Run `login --force`, which signs out first."""
        before = self._all()
        done = run(self._login, "--force", environment=environment)
        self._note_hang(done)
        if done.returncode == 0:
            self._end(before)

    def aws_cli_logout(self) -> None:
        """Do the same as `aws sso logout`: remove the token file, and end its session at the service."""
        # A rename removes exactly the file that is read, even if a broker writes another one at the same moment.
        taken = self._home.path / "taken away"
        with suppress(FileNotFoundError):
            os.rename(self._home.token_file(), taken)
            access_token = json.loads(taken.read_text())["accessToken"]
            self._end([self._session(access_token)])
            with suppress(HTTPError):  # it may have expired
                end_session(self._sandbox, access_token)

    def aws_cli_login(self, user_name: str) -> None:
        """Do the same as `aws sso login`: overwrite the token with that of another user."""
        before = self._token()
        self._home.sign_in(self._sandbox, user_name=user_name)
        after = self._token()
        # A broker may have put another file in its place while the old one was written.
        if before and after and self._session(after) != self._session(before):
            self._end([self._session(before)])

    def _note_hang(self, done: subprocess.CompletedProcess[str]) -> None:
        if done.returncode < 0:
            self.failures.append(f"login hangs for {COMMAND_SECONDS} s")

    def _all(self) -> list[str]:
        return [session.session_id for session in self._sandbox.portal_sessions()]

    def _session(self, access_token: str) -> str:
        session = self._sandbox.portal_session(access_token)
        return session.session_id if session else ""

    def _token(self) -> str:
        try:
            return str(json.loads(self._home.token_file().read_text())["accessToken"])
        except (OSError, ValueError):
            return ""

    def _end(self, sessions: list[str]) -> None:
        now = time.monotonic()
        for session in sessions:
            self.over.setdefault(session, now)


def run(
    command: Executable, *words: str, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command until it ends, or kill it after a time limit: exit -9."""
    process = command.start(*command.arguments, *words, environment=environment)
    with process:
        try:
            stdout, stderr = process.communicate(timeout=COMMAND_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            stdout, stderr = process.communicate()
    return subprocess.CompletedProcess(process.args, process.returncode, stdout, stderr)
