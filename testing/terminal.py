"""A terminal for one process, beside captured stdout and stderr, as under an SDK."""

import contextlib
import fcntl
import os
import pty
import struct
import sys
import termios
from collections.abc import Mapping

from testing.events import until

_TALL = 100
# The process must lead a session; then the terminal that is its stdin becomes its controlling terminal.
_TAKE = "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execv(sys.argv[1], sys.argv[1:])"
# A background job of a shell: in a process group that is not the foreground one.
_IN_BACKGROUND = """
import os, sys
child = os.fork()
if child:
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
os.setpgid(0, 0)
os.execv(sys.argv[1], sys.argv[1:])
"""


class Terminal:
    """The screen with all output so far, and the keyboard."""

    def __init__(self, *, columns: int = 80) -> None:
        self._columns = columns
        self._screen, self.keyboard = pty.openpty()
        self._is_open = True
        os.set_blocking(self._screen, False)
        self._text = b""
        size = struct.pack("HHHH", 24, columns, 0, 0)  # Python 3.10 has no `tcsetwinsize`
        fcntl.ioctl(self.keyboard, termios.TIOCSWINSZ, size)

    @property
    def prefix(self) -> tuple[str, ...]:
        """The command that gives this terminal to the command after it."""
        return (sys.executable, "-I", "-c", _TAKE)

    @property
    def background(self) -> tuple[str, ...]:
        """The same, for a background job of a shell."""
        return (*self.prefix, sys.executable, "-I", "-c", _IN_BACKGROUND)

    @property
    def everything(self) -> tuple[str, ...]:
        """The same, with the terminal as stdout and stderr, too: as a user runs it."""
        return (*self.prefix, "/bin/sh", "-c", 'exec "$@" >&0 2>&0', "sh")

    def forbid_background_output(self) -> None:
        """Do the same as ``stty tostop``."""
        settings = termios.tcgetattr(self.keyboard)
        settings[3] |= termios.TOSTOP
        termios.tcsetattr(self.keyboard, termios.TCSANOW, settings)

    def text(self) -> str:
        """Return all output on the screen."""
        with contextlib.suppress(BlockingIOError, OSError):
            while chunk := os.read(self._screen, 65536):
                self._text += chunk
        return self._text.decode()

    def seen(self, *, instead: Mapping[str, str] | None = None) -> str:
        """Return what a user sees now: without colours, and without overwritten text.

        `instead` has words that replace others on the screen, so that lines always break at the same places.
        """
        import pyte  # only a few tests use it

        screen = pyte.Screen(self._columns, _TALL)
        text = self.text()
        for word, other in (instead or {}).items():
            text = text.replace(word, other)
        pyte.Stream(screen).feed(text)
        return "\n".join(line.rstrip() for line in screen.display).rstrip() + "\n"

    def press(self, keys: str) -> None:
        """Type; Ctrl-C is the character 3."""
        os.write(self._screen, keys.encode())

    def answer(self, question: str, answer: str) -> None:
        """Wait for a prompt with these words at the end of the screen, and answer it."""

        def is_asked() -> bool:
            end = "".join(self.seen().splitlines()[-3:])
            return question in end and end.endswith(":")

        until(is_asked, question)
        self.press(f"{answer}\n")

    def hang_up(self) -> None:
        """Close the window, unless it is closed already; its descriptors may have been reused by then."""
        if self._is_open:
            self._is_open = False
            for descriptor in (self._screen, self.keyboard):
                os.close(descriptor)
