"""The home of ``sandbox --demo``: programs run in it, and it is removed with everything that they have started."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from credential_process.cli import sandbox_environment
from credential_process.errors import CredentialProcessError, Unavailable, printable
from credential_process.library import sign_out
from credential_process.sandbox.home import write_home
from credential_process.stores import mailbox

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from credential_process.cli.stops import Stops
    from credential_process.sandbox import Sandbox

# Variables of the caller that would lead to another config, or change how a sign-in goes.
_NOT_FOR_THE_DEMO = ("AWS_", "BOTO", "SSO_CREDENTIAL_PROCESS_")
_LOOK_SECONDS = 0.2
_END_SECONDS = 30
# How a program ends at Ctrl-C: `get`, and Python on POSIX and on Windows (STATUS_CONTROL_C_EXIT).
_INTERRUPTED = {130, -signal.SIGINT, 0xC000013A}


class DemoHome:
    """A home with a profile for a sandbox, and the programs that run in it; `folder` is its path.

    The environment of this process is that of the home.
    """

    def __init__(self, folder: Path, stops: Stops) -> None:
        self.folder = folder
        self._stops = stops

    def output(self, command: Sequence[str]) -> str:
        """Return what a program prints, which may wait for its user.

        Raises `Unavailable` with its last line if it fails, and `KeyboardInterrupt` when this program is stopped.
        """
        with subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
        ) as process:
            try:
                with self._stops.allowed():
                    stdout, stderr = _communicate(process)
            except KeyboardInterrupt:
                self._end(process)
                raise
        self._check(process.returncode, stderr)
        return stdout

    def seconds(self, command: Sequence[str]) -> float:
        """Return how long a program takes that waits for no user; raises the same."""
        began = time.perf_counter()
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            check=False,
        )
        seconds = time.perf_counter() - began
        self._check(done.returncode, done.stderr)
        return seconds

    def _check(self, exit_code: int, stderr: str) -> None:
        with self._stops.allowed():
            if exit_code in _INTERRUPTED:
                raise KeyboardInterrupt
        if exit_code:
            last = (stderr.strip().splitlines() or [f"exit {exit_code}"])[-1]
            reason = printable(last.rpartition("sso-credential-process: ")[2])
            raise Unavailable(f"the demo has failed: {reason}")

    def _end(self, process: subprocess.Popen[str]) -> None:
        """End a program together with the `get` that it may have started, which a signal to it alone would leave.

        Signing out ends the wait of both.
        """
        deadline = time.monotonic() + _END_SECONDS
        while process.poll() is None and time.monotonic() < deadline:
            _sign_out()
            with suppress(subprocess.TimeoutExpired):
                process.communicate(timeout=_LOOK_SECONDS)
        process.kill()

    def end_brokers(self) -> None:
        """Sign out, and return when no broker is alive in this home; raises `Unavailable` if one does not end."""
        deadline = time.monotonic() + _END_SECONDS
        while self._has_broker() and time.monotonic() < deadline:
            _sign_out()
            time.sleep(_LOOK_SECONDS)
        if self._has_broker():
            raise Unavailable("the broker of the demo does not end")

    def _has_broker(self) -> bool:
        hosts = map(str, self.folder.glob(".aws/sso-credential-process/*/hosts/*"))
        return any(mailbox.is_seen_served(host) or mailbox.is_seen_starting(host) for host in hosts)


def _communicate(process: subprocess.Popen[str]) -> tuple[str, str]:
    # Windows interrupts no unlimited wait.
    while True:
        with suppress(subprocess.TimeoutExpired):
            return process.communicate(timeout=_LOOK_SECONDS)


def _sign_out() -> None:
    # Another look follows, whatever happens.
    with suppress(CredentialProcessError):
        sign_out.logout(sso_session="sandbox")


@contextmanager
def demo_home(pretend: Sandbox, executable: str, stops: Stops) -> Iterator[DemoHome]:
    """Make a home, and remove it at the end, when all that was started in it has ended.

    Raises `Unavailable` where it cannot be made or removed.
    """
    try:
        folder = Path(tempfile.mkdtemp(prefix="sso-demo-"))
    except OSError as error:
        raise Unavailable(
            f"there is no folder for the home of the demo: {error.strerror}",
            hint="set TMPDIR to a folder that you can write to",
        ) from error
    try:
        write_home(pretend, folder, executable)
        with _environment(_variables(pretend, folder)):
            home = DemoHome(folder, stops)
            try:
                yield home
            finally:
                home.end_brokers()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if os.path.lexists(folder):
            raise Unavailable(f"the demo cannot remove {folder}", hint="delete this folder")


def _variables(pretend: Sandbox, folder: Path) -> dict[str, str]:
    """Return the environment of the home: that of this process, without what leads elsewhere."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(_NOT_FOR_THE_DEMO) and name != "CI"
    }
    # The next program finds what it needs in the cache, and a broker that waits for others would stay.
    brief = {"SSO_CREDENTIAL_PROCESS_LINGER": "0"}
    return {**kept, **sandbox_environment.variables(pretend, folder), **brief}


@contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    """Replace the environment of this process for a while."""
    before = dict(os.environ)
    try:
        os.environ.clear()
        os.environ.update(variables)
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
