"""Read a ``credential_process`` line: whether it is ours, and what it asks for."""

from __future__ import annotations

import os
import shlex

EXECUTABLE = "sso-credential-process"


def arguments(line: str) -> list[str] | None:
    """Give the words after our executable, or after ``-m credential_process``; None for another's line."""
    try:
        words = shlex.split(line)
    except ValueError:
        return None
    return after_executable(words)


def after_executable(words: list[str]) -> list[str] | None:
    """Give the words after our executable, which an interpreter and an option of its may precede."""
    for number, word in enumerate(words[:3]):
        if os.path.basename(word) in {EXECUTABLE, "credential_process"}:
            return words[number + 1 :]
    return None


def options(line: str) -> dict[str, str]:
    """Read the options of a line of ours, with patience for what `get` would refuse; none for another's."""
    words = arguments(line) or []
    found: dict[str, str] = {}
    for word, following in zip(words, [*words[1:], ""], strict=False):
        option, equals, value = word.partition("=")
        if option.startswith("--"):
            found[option] = value if equals else following
    return found
