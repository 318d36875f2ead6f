"""How programs of this system read a command line; a separate module, since no caller of `get` needs it.

`HERE` is the syntax of this system. Functions that read or write command lines take a `Syntax`, so that both can be
tested on one system.
"""

import sys
from typing import Protocol

if sys.platform == "win32":
    from credential_process.system import windows_command_lines as _here
else:
    from credential_process.system import posix_command_lines as _here


class Syntax(Protocol):
    """What differs between the command lines of POSIX and of Windows; each of the two modules provides it."""

    @property
    def NAME(self) -> str:  # noqa: N802  a constant of a module
        """``posix`` or ``windows``."""

    @property
    def QUOTES(self) -> str:  # noqa: N802  the same
        """The quotation marks."""

    def split(self, line: str) -> list[str]:
        """Return the words that botocore reads in a line; raises `ValueError` for a quotation mark left open."""

    def names(self, word: str, program: str) -> bool:
        """Return whether a word of a line, a path or a name, is that of a program."""

    def file_name(self, program: str) -> str:
        """Return the name of the file of an installed program."""

    def interpreters(self, script: str) -> tuple[str, ...]:
        """Return the paths where the Python of an installed script may be, if the script does not name it."""

    def script_folders(self, python: str) -> tuple[str, ...]:
        """Return the folders where the scripts of a Python are installed."""

    def written(self, path: str) -> tuple[str, str]:
        """Return a path as a line begins with it, and the characters in it that callers would misread."""

    def quote(self, word: str) -> str:
        """Return a word as a user types it in a command that they copy."""


HERE: Syntax = _here
