"""Text as roff has it, which `man` formats."""

from __future__ import annotations

import inspect
import re

# A minus can be copied into a shell; a hyphen, which roff makes of `-`, cannot. After `|` a line may end.
_ESCAPES = {
    "\\": "\\e",
    "-": "\\-",
    "'": "\\(aq",
    "`": "\\(ga",
    "^": "\\(ha",
    "~": "\\(ti",
    "|": "|\\:",
}


def text(plain: str) -> str:
    """Return a text in which nothing is a command of roff."""
    escaped = "".join(_character(character) for character in plain)
    return re.sub(r"^(?=[.\\])", r"\\&", escaped, flags=re.MULTILINE)


def prose(plain: str) -> str:
    """Return a paragraph as one line, with what is in backquotes in bold."""
    parts = " ".join(plain.split()).split("`")
    return "".join(bold(part) if index % 2 else text(part) for index, part in enumerate(parts))


def bold(plain: str) -> str:
    """Return a text in bold."""
    return f"\\fB{text(plain)}\\fR"


def paragraphs(help_text: str) -> list[str]:
    """Return the lines of a click help text; what begins with a backspace keeps its lines, as in click."""
    lines = []
    for paragraph in inspect.cleandoc(help_text).split("\n\n"):
        if paragraph.startswith("\b\n"):
            lines += [".PP", ".nf", text(paragraph.removeprefix("\b\n")), ".fi"]
        else:
            lines += [".PP", prose(paragraph)]
    return lines


def _character(character: str) -> str:
    return _ESCAPES.get(
        character, character if character.isascii() else f"\\[u{ord(character):04X}]"
    )
