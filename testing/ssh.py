"""A call from an SSH login: a terminal without a browser, and a user who types codes in on another device."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from testing.events import until
from testing.executable import finish
from testing.terminal import Terminal

if TYPE_CHECKING:
    import subprocess

    from credential_process.sandbox import Sandbox
    from testing.executable import Executable

_CODE = re.compile(r"code +([A-Z]{4}-[A-Z]{4})")


class SshCall:
    """A call that was started at its own terminal."""

    def __init__(self, call: Executable, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._typed = 0
        self._terminal = Terminal()
        there = {name: value for name, value in call.environment.items() if name != "BROWSER"}
        self._process = call.start(
            environment={**there, "SSH_CONNECTION": "192.0.2.1 50000 192.0.2.2 22"},
            prefix=self._terminal.prefix,
            stdin=self._terminal.keyboard,
        )

    @property
    def codes(self) -> list[str]:
        """The codes that were shown so far."""
        return _CODE.findall(self._terminal.text())

    @property
    def has_ended(self) -> bool:
        """Return whether the call is over."""
        return self._process.poll() is not None

    def type_codes_in(self) -> None:
        """Approve each new code, on a computer with a browser."""
        for code in self.codes[self._typed :]:
            self._typed += self._sandbox.approve(code)

    def end(self, seconds: float) -> subprocess.CompletedProcess[str]:
        """Return how the call ends, after typing in all codes that it shows."""
        try:
            until(self._has_ended_with_nothing_to_type, "the call ends", seconds)
        except AssertionError:
            self._process.kill()
            raise
        finally:
            self._terminal.hang_up()
        return finish(self._process)

    def _has_ended_with_nothing_to_type(self) -> bool:
        has_ended = self.has_ended
        self.type_codes_in()
        return has_ended
