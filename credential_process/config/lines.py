"""Read a ``credential_process`` line: whether it runs this package's executable, and with which options."""

from __future__ import annotations

from typing import TYPE_CHECKING

from credential_process.system import command_lines

if TYPE_CHECKING:
    from credential_process.system.command_lines import Syntax

EXECUTABLE = "sso-credential-process"
_MODULE = "credential_process"


def arguments(line: str, syntax: Syntax = command_lines.HERE) -> list[str] | None:
    """Return the words after the executable, or after ``-m credential_process``; None if the line runs neither."""
    try:
        words = syntax.split(line)
    except ValueError:
        return None
    return after_executable(words, syntax)


def after_executable(words: list[str], syntax: Syntax = command_lines.HERE) -> list[str] | None:
    """Return the words after the executable, which ``env``, an interpreter and one of its options may precede."""
    words = without_env(words, syntax)
    for number, word in enumerate(words[:3]):
        # Not by the 8.3 name of the folder, which other programs share.
        is_module = word.replace("\\", "/").rpartition("/")[2] == _MODULE
        if is_module or syntax.names(word, EXECUTABLE):
            return words[number + 1 :]
    return None


def without_env(words: list[str], syntax: Syntax = command_lines.HERE) -> list[str]:
    """Return the command that ``env`` runs, if a line begins with it, as managed lines do for a path with a space."""
    if not words or not syntax.names(words[0], "env"):
        return words
    rest = words[1:]
    while rest and (rest[0].startswith("-") or "=" in rest[0]):
        takes_value = rest[0] in {"-u", "--unset", "-C", "--chdir"}
        rest = rest[2 if takes_value else 1 :]
    return rest


def options(line: str, syntax: Syntax = command_lines.HERE) -> dict[str, str]:
    """Return the options of a line that runs the executable, even ones that `get` would refuse; else none."""
    words = arguments(line, syntax) or []
    found: dict[str, str] = {}
    for word, following in zip(words, [*words[1:], ""], strict=False):
        option, equals, value = word.partition("=")
        if option.startswith("--"):
            found[option] = value if equals else following
    return found
