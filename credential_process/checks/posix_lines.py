"""Check the characters of a line that SDKs start through `sh`, and botocore through `shlex`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from credential_process.checks import finding_kinds, line_parsers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from credential_process.checks.findings import Finding, Subject


def check(subject: Subject, line: str) -> Iterator[Finding]:
    """Find the characters that parsers read differently."""
    odd = line_parsers.odd_to_shells(line)
    if odd or not line_parsers.is_read_alike(line):
        what = f"{odd!a} in the line means something" if odd else "the line reads differently"
        home = os.path.expanduser("~") if odd == "~" and line.startswith("~/") else ""
        yield finding_kinds.LINE_MISREAD.found(
            subject,
            f"{what} to a shell, which most SDKs start the line with; boto3 and the AWS CLI take them literally",
            fix=f"write {home} instead of ~ in the line"
            if home
            else "write the line without them: full paths, and plain names for sessions",
        )
    if line_parsers.has_backslash(line):
        yield finding_kinds.LINE_BACKSLASH.found(
            subject,
            "backslashes in the line are removed before the command sees them",
            fix="write the line without them, with / in paths",
        )
    if on_windows := line_parsers.odd_to_cmd(line):
        yield finding_kinds.LINE_WINDOWS.found(
            subject,
            f"the characters {on_windows!a} are special to cmd, which SDKs start the line with on Windows",
            fix="for Windows, use double quotes only, and plain names",
        )
    if line.startswith('"'):
        yield finding_kinds.LINE_QUOTED.found(
            subject,
            "the line begins with a quotation mark: Go v1 drops everything after the closing one",
            fix=f"write it as: /usr/bin/env {line}",
        )
    if "'" in line:
        yield finding_kinds.LINE_SINGLE_QUOTES.found(
            subject,
            "the line has single quotation marks, which GDAL takes as part of the words",
            fix="use double quotation marks, or plain names",
        )
