"""Check a `credential_process` line: every SDK must read the same words, and `get` must accept the arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from credential_process.checks import finding_kinds, line_parsers, posix_lines, windows_lines
from credential_process.client import arguments
from credential_process.errors import UsageError
from credential_process.system import command_lines, windows_command_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from credential_process.checks.findings import Finding, Subject
    from credential_process.system.command_lines import Syntax


def check(subject: Subject, line: str, syntax: Syntax = command_lines.HERE) -> Iterator[Finding]:
    """Run all checks of a line."""
    if line_parsers.words(line, syntax) is None:
        yield finding_kinds.LINE_QUOTES.found(
            subject,
            "a quotation mark in the line is never closed, or a backslash ends it: no SDK can start it",
            fix="close the quotation mark, or remove it",
        )
        return
    if inside := line_parsers.without_outer_quotes(line, syntax):
        yield finding_kinds.LINE_QUOTED_WHOLE.found(
            subject,
            "the whole line is in quotation marks: SDKs look for a program with that whole name",
            fix=f"write it without them: {inside}",
        )
        return
    if syntax.NAME == windows_command_lines.NAME:
        yield from windows_lines.check(subject, line)
    else:
        yield from posix_lines.check(subject, line)
    yield from ini(subject, line)
    yield from argument_count(subject, line, syntax)
    yield from get_arguments(subject, line, syntax)


def ini(subject: Subject, line: str) -> Iterator[Finding]:
    """Find what the parsers of the Go SDKs do not read as a value of the config file."""
    if line_parsers.has_equals_comma(line):
        yield finding_kinds.LINE_COMMA.found(
            subject,
            "a comma follows an equals sign: Go v1 drops the whole line",
            fix="put double quotation marks around that word",
        )
    if line_parsers.has_negative_number(line):
        yield finding_kinds.LINE_NUMBER.found(
            subject,
            "a word in the line begins like a negative number: Go SDKs before September 2023 drop the whole line",
            fix="write it without that word, or as --option=VALUE",
        )


def argument_count(subject: Subject, line: str, syntax: Syntax) -> Iterator[Finding]:
    """Find the lines that the minio clients do not start, or split at every space."""
    if len(line.split()) < 2:
        yield finding_kinds.LINE_NO_ARGUMENT.found(
            subject,
            "the line is one word: the minio clients start no command without an argument",
            fix="give it at least one argument",
        )
    elif set(line) & set(syntax.QUOTES):
        yield finding_kinds.LINE_SPACES.found(
            subject,
            "the line has quotation marks, which the minio clients do not support: they split it at each space",
            fix="for those, install into a folder without spaces, and use plain names",
        )


def get_arguments(subject: Subject, line: str, syntax: Syntax) -> Iterator[Finding]:
    """Parse the arguments of an sso-credential-process line, as `get` will."""
    try:
        request_of(line, syntax)
    except UsageError as error:
        yield finding_kinds.LINE_ARGUMENTS.found(
            subject, f"the line cannot work: {error.message}", fix=error.hint
        )


def request_of(line: str, syntax: Syntax = command_lines.HERE) -> arguments.Request | None:
    """Parse an sso-credential-process line; None for the line of another program. Raises `UsageError`."""
    argv = line_parsers.arguments_for_get(line, syntax)
    if argv is None:
        return None
    if argv[:1] != ["get"]:
        raise UsageError("get is not the first argument", hint="write get before the options")
    return arguments.parse(argv[1:])
