"""Check a `credential_process` line: every SDK must read the same words, and `get` must accept the arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from credential_process.checks import line_parsers, rules
from credential_process.client import arguments
from credential_process.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from credential_process.checks.findings import Finding, Subject


def check(subject: Subject, line: str) -> Iterator[Finding]:
    """Run all checks of a line."""
    if line_parsers.words(line) is None:
        yield rules.LINE_QUOTES.found(
            subject,
            "a quotation mark in the line is never closed, or a backslash ends it: no SDK can start it",
            fix="close the quotation mark, or remove it",
        )
        return
    yield from characters(subject, line)
    yield from argument_count(subject, line)
    yield from our_arguments(subject, line)


def characters(subject: Subject, line: str) -> Iterator[Finding]:
    """Find the characters that parsers read differently."""
    odd = line_parsers.odd_to_shells(line)
    if odd or not line_parsers.is_read_alike(line):
        what = f"{odd!a} in the line means something" if odd else "the line reads differently"
        yield rules.LINE_MISREAD.found(
            subject,
            f"{what} to a shell, which most SDKs start the line with; boto3 and the AWS CLI take them literally",
            fix="write the line without them: full paths, and plain names for sessions",
        )
    if line_parsers.has_backslash(line):
        yield rules.LINE_BACKSLASH.found(
            subject,
            "backslashes in the line are removed before the command sees them",
            fix="write the line without them, with / in paths",
        )
    if on_windows := line_parsers.odd_to_cmd(line):
        yield rules.LINE_WINDOWS.found(
            subject,
            f"the characters {on_windows!a} are special to cmd, which SDKs start the line with on Windows",
            fix="for Windows, use double quotes only, and plain names",
        )
    if line.startswith('"'):
        yield rules.LINE_QUOTED.found(
            subject,
            "the line begins with a quotation mark: Go v1 drops everything after the closing one",
            fix=f"write it as: /usr/bin/env {line}",
        )
    if line_parsers.has_equals_comma(line):
        yield rules.LINE_COMMA.found(
            subject,
            "a comma follows an equals sign: Go v1 drops the whole line",
            fix="put double quotation marks around that word",
        )
    if "'" in line:
        yield rules.LINE_SINGLE_QUOTES.found(
            subject,
            "the line has single quotation marks, which GDAL takes as part of the words",
            fix="use double quotation marks, or plain names",
        )
    if line_parsers.has_negative_number(line):
        yield rules.LINE_NUMBER.found(
            subject,
            "a word in the line begins like a negative number: Go SDKs before September 2023 drop the whole line",
            fix="write it without that word, or as --option=VALUE",
        )


def argument_count(subject: Subject, line: str) -> Iterator[Finding]:
    """Find the lines that the minio clients do not start, or split at every space."""
    if len(line.split()) < 2:
        yield rules.LINE_NO_ARGUMENT.found(
            subject,
            "the line is one word: the minio clients start no command without an argument",
            fix="give it at least one argument",
        )
    elif '"' in line or "'" in line:
        yield rules.LINE_SPACES.found(
            subject,
            "the line has quotation marks, which the minio clients do not support: they split it at each space",
            fix="for those, install into a folder without spaces, and use plain names",
        )


def our_arguments(subject: Subject, line: str) -> Iterator[Finding]:
    """Parse the arguments of an sso-credential-process line, as `get` will."""
    try:
        request_of(line)
    except UsageError as error:
        yield rules.LINE_ARGUMENTS.found(
            subject, f"the line cannot work: {error.message}", fix=error.hint
        )


def request_of(line: str) -> arguments.Request | None:
    """Parse an sso-credential-process line; None for the line of another program. Raises `UsageError`."""
    argv = line_parsers.arguments_of_ours(line)
    if argv is None:
        return None
    if argv[:1] != ["get"]:
        raise UsageError("get is not the first argument", hint="write get before the options")
    return arguments.parse(argv[1:])
