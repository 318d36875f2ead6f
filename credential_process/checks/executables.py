"""Check the executable of a line: every caller must find it, and it should start as fast as it can."""

from __future__ import annotations

import os
import re
import shutil
from typing import TYPE_CHECKING

from credential_process.checks import rules
from credential_process.errors import printable
from credential_process.system import advice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from credential_process.checks.findings import Finding, Subject

# What scripts of older installers import before they come to us: `re` alone makes a call half as slow again.
_SLOW_IMPORT = re.compile(rb"^(?:import|from) (re|pkg_resources|importlib)\b", re.MULTILINE)
_INTERPRETER = re.compile(rb"#!\s*(/\S+)")


def check(subject: Subject, executable: str) -> Iterator[Finding]:
    """Check the file that the first word of a line names."""
    path = executable
    if not os.path.isabs(executable):
        path = shutil.which(executable) or ""
        yield rules.EXECUTABLE_RELATIVE.found(
            subject,
            f"{executable} is not a full path: IDEs, services and cron jobs search other folders than your shell",
            fix=f"write {path or 'its full path'} in the line",
        )
        if not path:
            yield _missing(subject, executable)
            return
    if not os.path.isfile(path):
        yield _missing(subject, path)
    elif not os.access(path, os.X_OK):
        yield rules.EXECUTABLE_MODE.found(
            subject, f"{path} is not executable", fix=advice.make_executable(printable(path))
        )
    else:
        yield from _launcher(subject, path)


def _missing(subject: Subject, path: str) -> Finding:
    found = shutil.which("sso-credential-process")
    return rules.EXECUTABLE_MISSING.found(
        subject,
        f"{path} does not exist",
        fix=f"write {found} in the line" if found else "install it again, or correct the line",
    )


def _launcher(subject: Subject, path: str) -> Iterator[Finding]:
    head = _head(path)
    shebang = _INTERPRETER.match(head)
    interpreter = os.fsdecode(shebang[1]) if shebang else ""
    if interpreter and not os.path.exists(interpreter):
        yield rules.EXECUTABLE_INTERPRETER.found(
            subject,
            f"{path} needs {interpreter}, which does not exist: Python was removed, or the environment was moved",
            fix="install sso-credential-process again",
        )
    slow = _SLOW_IMPORT.search(head)
    if slow and b"credential_process" in head:
        yield rules.LAUNCHER_SLOW.found(
            subject,
            f"the script {path} imports {os.fsdecode(slow[1])}, which makes each call up to 60 % slower",
            fix=f"{advice.upgrade_pip()}, then pip install --force-reinstall sso-credential-process",
        )


def _head(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read(4096)
    except OSError:
        return b""  # a file can be executable without being readable
