"""Read a ``credential_process`` line: whether it runs our executable, and with which options."""

from __future__ import annotations

import os
import shlex

EXECUTABLE = "sso-credential-process"


def arguments(line: str) -> list[str] | None:
    """Return the words after our executable, or after ``-m credential_process``; None if the line runs neither."""
    try:
        words = shlex.split(line)
    except ValueError:
        return None
    return after_executable(words)


def after_executable(words: list[str]) -> list[str] | None:
    """Return the words after our executable, which ``env``, an interpreter and one of its options may precede."""
    words = without_env(words)
    for number, word in enumerate(words[:3]):
        if os.path.basename(word) in {EXECUTABLE, "credential_process"}:
            return words[number + 1 :]
    return None


def without_env(words: list[str]) -> list[str]:
    """Return the command that ``env`` runs, if a line begins with it, as our lines do for a path with a space."""
    if not words or os.path.basename(words[0]) != "env":
        return words
    rest = words[1:]
    while rest and (rest[0].startswith("-") or "=" in rest[0]):
        takes_value = rest[0] in {"-u", "--unset", "-C", "--chdir"}
        rest = rest[2 if takes_value else 1 :]
    return rest


def options(line: str) -> dict[str, str]:
    """Return the options of a line that runs our executable, even ones that `get` would refuse; else none."""
    words = arguments(line) or []
    found: dict[str, str] = {}
    for word, following in zip(words, [*words[1:], ""], strict=False):
        option, equals, value = word.partition("=")
        if option.startswith("--"):
            found[option] = value if equals else following
    return found
