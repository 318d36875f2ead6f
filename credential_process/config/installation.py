"""Find the executable of this installation, and write its path as the beginning of a `credential_process` line."""

from __future__ import annotations

import os
import shutil
import sys
import sysconfig
from typing import TYPE_CHECKING

from credential_process.config.lines import EXECUTABLE
from credential_process.errors import UsageError, printable
from credential_process.system import command_lines

if TYPE_CHECKING:
    from credential_process.system.command_lines import Syntax


def command(syntax: Syntax = command_lines.HERE) -> str:
    """Return the command for a config file: an absolute path, in the form that all callers can run.

    Raises `UsageError` if it is not installed, and for a path that a shell would misread.
    """
    # Not `python -m`, which first looks for modules in the working directory of the SDK.
    path = find(sys.argv[0], syntax)
    if not path:
        raise UsageError(
            f"the script {EXECUTABLE} was not found, and profiles need its path",
            hint="install it with pipx or pip",
        )
    text, odd = syntax.written(path)
    if odd:
        raise UsageError(
            f"{printable(path)} has characters that a shell would misread: {odd!a}",
            hint="install sso-credential-process into a folder with a plain name",
        )
    return text


def find(typed: str, syntax: Syntax = command_lines.HERE) -> str:
    """Return the absolute path of the executable; empty if it is not installed.

    It is the one that was `typed` (pip's launcher for Windows leaves ``.exe`` out), or that of this Python, or that of
    the user, or the first on `PATH`.
    """
    file_name = syntax.file_name(EXECUTABLE)
    folders = [
        *syntax.script_folders(sys.executable),
        sysconfig.get_path("scripts", sysconfig.get_preferred_scheme("user")),
    ]
    if syntax.names(typed, EXECUTABLE):
        folders.insert(0, os.path.dirname(typed))
    beside = (os.path.abspath(os.path.join(folder, file_name)) for folder in folders)
    found = next(filter(os.path.isfile, beside), None) or shutil.which(file_name)
    return os.path.abspath(found) if found else ""
