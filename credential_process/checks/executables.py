"""Check the executable of a line: every caller must find it, and it should start as fast as it can."""

from __future__ import annotations

import os
import re
import shutil
from typing import TYPE_CHECKING

from credential_process.checks import finding_kinds
from credential_process.config.lines import EXECUTABLE
from credential_process.errors import printable
from credential_process.system import advice, command_lines, posix_command_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from credential_process.checks.findings import Finding, Subject
    from credential_process.system.command_lines import Syntax

# The imports in scripts of older installers: `re` alone makes a call half as slow again.
_SLOW_IMPORT = re.compile(rb"^(?:import|from) (re|pkg_resources|importlib)\b", re.MULTILINE)
_INTERPRETER = re.compile(rb"#!\s*(/\S+)")
_OF_LAUNCHER = re.compile(rb'#!\s*"?([A-Za-z]:\\[^"\r\n]+?)"?\s*PK\x03\x04')
_HEAD, _LARGEST_LAUNCHER = 4096, 1 << 20


def check(
    subject: Subject, executable: str, syntax: Syntax = command_lines.HERE
) -> Iterator[Finding]:
    """Check the file that the first word of a line names."""
    path = executable
    if executable.startswith("~/") and syntax.NAME == posix_command_lines.NAME:
        path = os.path.expanduser(executable)  # LINE_MISREAD is found in the line
    elif not os.path.isabs(executable):
        path = shutil.which(executable) or ""
        whole = syntax.written(path)[0] if path else "its full path"
        yield finding_kinds.EXECUTABLE_RELATIVE.found(
            subject,
            f"{executable} is not a full path: IDEs, services and cron jobs search other folders than your shell",
            fix=f"write {whole} in the line",
        )
        if not path:
            yield _missing(subject, executable, syntax)
            return
    if not os.path.isfile(path):
        yield _missing(subject, path, syntax)
    elif not os.access(path, os.X_OK):
        yield finding_kinds.EXECUTABLE_MODE.found(
            subject,
            f"{path} is not executable",
            fix=advice.make_executable(printable(path)),
        )
    else:
        yield from _launcher(subject, path)


def _missing(subject: Subject, path: str, syntax: Syntax) -> Finding:
    found = shutil.which(syntax.file_name(EXECUTABLE))
    return finding_kinds.EXECUTABLE_MISSING.found(
        subject,
        f"{path} does not exist",
        fix=f"write {syntax.written(found)[0]} in the line"
        if found
        else "install it again, or correct the line",
    )


def _launcher(subject: Subject, path: str) -> Iterator[Finding]:
    interpreter, head = _script(path)
    if interpreter and not os.path.exists(interpreter):
        yield finding_kinds.EXECUTABLE_INTERPRETER.found(
            subject,
            f"{path} needs {interpreter}, which does not exist: Python was removed, or the environment was moved",
            fix="install sso-credential-process again",
        )
    slow = _SLOW_IMPORT.search(head)
    if slow and b"credential_process" in head:
        yield finding_kinds.LAUNCHER_SLOW.found(
            subject,
            f"the script {path} imports {os.fsdecode(slow[1])}, which makes each call up to 60 % slower",
            fix=f"{advice.upgrade_pip()}, then install sso-credential-process again with --force-reinstall",
        )


def _script(path: str) -> tuple[str, bytes]:
    """Return the interpreter that a script names, and the beginning of the script; both are empty for a program.

    The launcher that pip makes for Windows is a program with a script behind it: its first line, then the rest in a ZIP
    archive that is not compressed.
    """
    try:
        with open(path, "rb") as file:
            content = file.read(_LARGEST_LAUNCHER)
    except OSError:
        return "", b""  # a file can be executable without being readable
    is_launcher = content.startswith(b"MZ")
    first_line = (_OF_LAUNCHER.search if is_launcher else _INTERPRETER.match)(content)
    if first_line is None:
        return "", b""
    head = content[first_line.start() :][:_HEAD]
    return os.fsdecode(first_line[1]), head
