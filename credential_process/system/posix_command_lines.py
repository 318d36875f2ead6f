"""Command lines as `sh` reads them, and as `shlex` does for programs that use no shell."""

import os
import shlex

NAME = "posix"
QUOTES = "\"'"

_NOT_IN_PATHS = set("\"'`$\\;&|<>()*?[]{}#~!%^\n\r\t")

split = shlex.split
quote = shlex.quote


def names(word: str, program: str) -> bool:
    """Return whether a word of a line, a path or a name, is that of a program."""
    return os.path.basename(word) == program


def file_name(program: str) -> str:
    """Return the name of the file of an installed program."""
    return program


def interpreters(script: str) -> tuple[str, ...]:  # noqa: ARG001  Windows looks at it
    """Return nothing: every script names its Python."""
    return ()


def script_folders(python: str) -> tuple[str, ...]:
    """Return the folders where the scripts of a Python are installed."""
    return (os.path.dirname(python),)


def written(path: str) -> tuple[str, str]:
    """Return a path as a line begins with it, and the characters in it that callers would misread.

    A path with a space is put in double quotes after ``env``: the Go SDK's version 1 drops everything after the closing
    quote of a value that begins with a quotation mark.
    """
    odd = "".join(sorted(_NOT_IN_PATHS & set(path)))
    return f'/usr/bin/env "{path}"' if " " in path else path, odd
