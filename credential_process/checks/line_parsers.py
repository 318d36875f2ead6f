"""Read a `credential_process` line as the SDKs do: with the same parser if Python has it, else by their rules."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING

from credential_process.config import lines
from credential_process.system import command_lines, posix_command_lines

if TYPE_CHECKING:
    from credential_process.system.command_lines import Syntax

_SHELL_SECONDS = 5
_PLAIN = re.compile(r"[A-Za-z0-9_./:=+,@ -]+")
# With these a shell does more than split, quote and substitute: such a line is never passed to a shell.
_ACTIVE = re.compile(r"[`;&|<>()\n\r]|\$\{")
_QUOTED = re.compile(r"\\.|'[^']*'|\"(?:\\.|[^\"\\])*\"")
_SINGLE_QUOTED = re.compile(r"'[^']*'")


def words(line: str, syntax: Syntax = command_lines.HERE) -> list[str] | None:
    """Return the words that botocore and the AWS CLI read; None if the quotes do not match."""
    try:
        return syntax.split(line)
    except ValueError:
        return None


def words_of_shell(line: str) -> list[str] | None:
    """Return the words that `sh -c` reads, by passing the line to `printf` as arguments: nothing in it is run.

    None if a shell cannot parse the line, or would do anything else with it.
    """
    if not is_harmless(line):
        return None
    done = subprocess.run(
        ["/bin/sh", "-c", f"printf '%s\\0' {line}"],
        cwd="/",
        env={"HOME": "/nonexistent", "PATH": "/nonexistent"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=_SHELL_SECONDS,
        check=False,
    )
    printed = done.stdout.decode("utf-8", "surrogateescape")
    return printed.split("\0")[:-1] if done.returncode == 0 else None


def is_harmless(line: str) -> bool:
    """Return whether a shell would only split and substitute a line."""
    return _ACTIVE.search(line) is None


def is_read_alike(line: str) -> bool:
    """Return whether botocore and a shell read the same words, as far as the line may be passed to a shell."""
    if _PLAIN.fullmatch(line) or not is_harmless(line):
        return odd_to_shells(line) == ""
    return words(line, posix_command_lines) == words_of_shell(line)


def odd_to_shells(line: str) -> str:
    """Return the characters outside of quotes, sorted, that are special to a shell but not to botocore."""
    outside = _QUOTED.sub("", line)
    found = set(re.findall(r"[;&|<>()*?\[\]{}~!\n\r]", outside))
    found |= set(re.findall(r"[$`]", _SINGLE_QUOTED.sub("", line)))
    found |= set(re.findall(r"(?:^|\s)(#)", outside))
    # A word with = before the command is a variable to a shell.
    found |= set("=") if "=" in line.lstrip().split(" ")[0] else set()
    return "".join(sorted(found))


def odd_to_cmd(line: str) -> str:
    """Return the characters, sorted, that are special to `cmd /c`, which SDKs call on Windows."""
    outside = re.sub(r'"[^"]*"', "", line)
    return "".join(sorted(set(re.findall(r"['^&|<>]", outside)) | set(re.findall(r"%", line))))


def has_backslash(line: str) -> bool:
    """Return whether there is a backslash that shells and `shlex` remove."""
    return "\\" in _SINGLE_QUOTED.sub("", line)


def has_negative_number(line: str) -> bool:
    """Return whether older INI parsers of the Go SDKs drop the whole key, because of a word such as ``-60``."""
    return re.search(r"\s-\d", line) is not None


def command(line: str, syntax: Syntax = command_lines.HERE) -> str:
    """Return the path or name of the program that a line starts, through ``env`` too; empty if there is none."""
    found = lines.without_env(words(line, syntax) or [], syntax)
    return found[0] if found else ""


def has_equals_comma(line: str) -> bool:
    """Return whether a comma follows an equals sign outside of quotes, so that Go v1 drops the whole key."""
    return "=," in _QUOTED.sub("", line)


def without_outer_quotes(line: str, syntax: Syntax = command_lines.HERE) -> str:
    """Return the line inside of quotation marks around a whole sso-credential-process line; empty for any other."""
    found = words(line, syntax) or []
    if len(found) != 1 or found[0] == line.strip() or len(found[0].split()) < 2:
        return ""
    return found[0] if lines.arguments(found[0], syntax) else ""


def arguments_for_get(line: str, syntax: Syntax = command_lines.HERE) -> list[str] | None:
    """Return what follows sso-credential-process in a line; None if the line starts another program."""
    found = words(line, syntax)
    if found is None:
        found = line.replace('"', " ").replace("'", " ").split()
    return lines.after_executable(found, syntax)
