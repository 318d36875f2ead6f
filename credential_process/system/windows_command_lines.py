"""Command lines as Windows callers read them: the AWS CLI and boto3 by their own rules, most other SDKs through cmd.

Importable on every system: only `_short_path` asks Windows.
"""

import ntpath
import os
import re
import string
import sys
from collections.abc import Callable

NAME = "windows"
QUOTES = '"'

_LETTERS = set(string.ascii_letters + string.digits)
_PLAIN_IN_PATHS = _LETTERS | set("_.-~")
# Special to cmd, or (the last three) a delimiter after the path of a program. Some of them may be in 8.3 names, too.
_NOT_IN_PATHS = set("%^&()!`\n\r\t;,=")
# A comma, an @ and others are special to PowerShell, and still others to cmd.
_PLAIN_WORD = re.compile(r"[A-Za-z0-9_./:=+\\-]+")
_LONGEST_PATH = 32_768


def split(line: str) -> list[str]:
    """Return the words that botocore reads on Windows; raises `ValueError` for a quotation mark left open.

    Only double quotes are quotes. A backslash is literal, except in a run of them before a double quote: there two mean
    one, and an odd last one makes that quote a part of the word.
    https://learn.microsoft.com/cpp/cpp/main-function-command-line-args
    """
    words: list[str] = []
    word: str | None = None
    is_quoted = False
    for backslashes, character in re.findall(r"(\\*)([^\\]|$)", line):
        if backslashes:
            halves = len(backslashes) // 2 if character == '"' else len(backslashes)
            word = (word or "") + "\\" * halves
        if character == '"' and len(backslashes) % 2 == 0:
            is_quoted = not is_quoted
            word = word or ""
        elif character in {" ", "\t", ""} and not is_quoted:
            if word is not None:
                words.append(word)
            word = None
        else:
            word = (word or "") + character
    if is_quoted:
        raise ValueError("no closing quotation mark")
    return words


def names(word: str, program: str) -> bool:
    """Return whether a word of a line, a path or a name, is that of a program.

    With ``.exe`` or without, in capitals or not, after a slash or a backslash, and by its 8.3 name.
    """
    found = ntpath.basename(word).lower().removesuffix(".exe")
    short = rf"{re.escape(program[:6])}~[1-9]"
    return found == program or (len(program) > 8 and re.fullmatch(short, found) is not None)


def file_name(program: str) -> str:
    """Return the name of the file of an installed program."""
    return f"{program}.exe"


def interpreters(script: str) -> tuple[str, ...]:
    """Return the paths where the Python of an installed script may be: pip installs batch files beside or below it."""
    folder = ntpath.dirname(script)
    return tuple(ntpath.join(each, "python.exe") for each in (folder, ntpath.dirname(folder)))


def script_folders(python: str) -> tuple[str, ...]:
    """Return the folders where the scripts of a Python are installed: beside it only in a virtual environment."""
    folder = os.path.dirname(python)
    return folder, os.path.join(folder, "Scripts")


def _short_path(path: str) -> str:
    """Return a path by its 8.3 names; unchanged if the file, or the whole disk, has none."""
    if sys.platform != "win32":
        return path
    import ctypes

    buffer = ctypes.create_unicode_buffer(_LONGEST_PATH)
    length = ctypes.windll.kernel32.GetShortPathNameW(path, buffer, len(buffer))
    return buffer.value if 0 < length < len(buffer) else path


def written(path: str, short_path: Callable[[str], str] = _short_path) -> tuple[str, str]:
    """Return a path as a line begins with it, and the characters in it that callers would misread.

    A folder whose name has a space, or anything else that is not plain, is written by its 8.3 name: a path in
    quotation marks works in no SDK that puts the line after ``cmd /c`` as one argument. It remains in quotation marks
    on a disk without such names. Not every name is replaced, so that the line can be read, and recognized.
    """
    path = ntpath.normpath(path)
    drive, names = ntpath.splitdrive(path)
    text = drive
    for name in names.strip("\\").split("\\"):
        text = f"{text}\\{name}"
        if not _PLAIN_IN_PATHS.issuperset(name):
            text = short_path(text)
    odd = "".join(sorted(_NOT_IN_PATHS & set(text)))
    return f'"{text}"' if " " in text else text, odd


def quote(word: str) -> str:
    """Return a word as a user types it in a command that they copy, in cmd and in PowerShell alike."""
    return word if _PLAIN_WORD.fullmatch(word) else '"' + word.replace('"', r"\"") + '"'
