"""Check a line as programs on Windows read it: botocore by its own rules, most other SDKs through `cmd /c`."""

from __future__ import annotations

import ntpath
import re
from typing import TYPE_CHECKING

from credential_process.checks import finding_kinds, line_parsers
from credential_process.system import windows_command_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from credential_process.checks.findings import Finding, Subject

    Written = Callable[[str], tuple[str, str]]

_QUOTED = re.compile(r'"[^"]*"')
_SINGLE_QUOTE = re.compile(r"(?:^|[\s=])'|'(?:\s|$)")
# Two paths in a row are a command and its argument, not one path with a space.
_PATH_WITH_SPACE = re.compile(
    r"(?:[A-Z]:|\\)[\\/](?:(?!\s[A-Z]:[\\/])[^\"])*?\.(?:exe|com|cmd|bat)(?=\s|$)", re.IGNORECASE
)


def check(
    subject: Subject, line: str, written: Written = windows_command_lines.written
) -> Iterator[Finding]:
    """Run the checks of a line; `written` returns a path as `configure` writes it, for proposals."""
    yield from characters(subject, line)
    yield from quotation_marks(subject, line, written)
    path = path_with_space(line)
    if path:
        yield finding_kinds.LINE_PATH_SPACE.found(
            subject,
            f"the path {path} has a space: every SDK starts {path.partition(' ')[0]} instead",
            fix=f"write {written(path)[0]} in the line",
        )
    else:
        yield from program(subject, line)


def characters(subject: Subject, line: str) -> Iterator[Finding]:
    """Find the characters that are special to cmd, and those that some SDKs decode differently."""
    if odd := special_to_cmd(line):
        yield finding_kinds.LINE_MISREAD.found(
            subject,
            f"{odd!a} in the line means something to cmd, which most SDKs start the line with; boto3 and the AWS CLI "
            "take it literally",
            fix="write the line without it: full paths, and plain names for sessions",
        )
    if _SINGLE_QUOTE.search(line):
        yield finding_kinds.LINE_LITERAL_QUOTES.found(
            subject,
            "single quotation marks are part of the words on Windows, for cmd, boto3 and the AWS CLI alike",
            fix="use plain names, without quotation marks",
        )
    if not line.isascii():
        yield finding_kinds.LINE_LETTERS.found(
            subject,
            "the line has non-ASCII letters: boto3 and the AWS CLI read the file in the code page of Windows, other "
            "SDKs as UTF-8",
            fix="write the path by its 8.3 name (dir /x shows it), or install into a folder with a plain name",
        )


def special_to_cmd(line: str) -> str:
    """Return the characters, sorted, that are special to `cmd /c`: % everywhere, others outside of quotes."""
    outside = _QUOTED.sub("", line)
    found = set(re.findall(r"[\^&|<>()!\n\r]", outside)) | set(re.findall("%", line))
    return "".join(sorted(found))


def quotation_marks(subject: Subject, line: str, written: Written) -> Iterator[Finding]:
    """Find double quotation marks, which reach cmd with a backslash before them, or not at all."""
    if '"' not in line:
        return
    fix = "use names without spaces, which need none"
    if line.startswith('"'):
        path = line[1:].partition('"')[0]
        text, odd = written(path)
        is_better = '"' not in text and not odd
        fix = f"write {text} in the line" if is_better else "install into a folder without spaces"
        yield finding_kinds.LINE_QUOTED.found(
            subject,
            "the line begins with a quotation mark: Go v1 drops everything after the closing one",
            fix=fix,
        )
    yield finding_kinds.LINE_CMD_QUOTES.found(
        subject,
        "these SDKs pass the line to cmd as one argument, which breaks double quotation marks in it",
        fix=fix,
    )


def path_with_space(line: str) -> str:
    """Return the path that a line begins with, if it has a space and no quotation marks; else an empty text."""
    found = _PATH_WITH_SPACE.match(line)
    return found[0] if found and " " in found[0] else ""


def program(subject: Subject, line: str) -> Iterator[Finding]:
    """Find a path that cmd may misread, and a file that is not a program."""
    command = line_parsers.command(line, windows_command_lines)
    if "/" in command and not line.startswith('"'):
        yield finding_kinds.LINE_SLASHES.found(
            subject,
            f"{command} has forward slashes, which cmd may take for switches",
            fix=f"write {ntpath.normpath(command)} in the line",
        )
    extension = ntpath.splitext(command)[1].lower()
    has_folder = ntpath.basename(command) != command
    # A name alone is found through PATH; that is reported as relative.
    if command and extension not in {".exe", ".com"} and (extension or has_folder):
        yield finding_kinds.EXECUTABLE_EXTENSION.found(
            subject,
            f"{command} does not end in .exe: boto3 and the AWS CLI start nothing but programs, and cmd reads the "
            "arguments of a batch file a second time",
            fix="write the path of the .exe in the line",
        )
