"""Write the text of one section of a config file, so that every parser reads what was meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from credential_process.config import reader
from credential_process.errors import UsageError, printable

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from credential_process.config.sections import Section


def new_section(title: str, mark: str, options: Mapping[str, str], newline: str) -> str:
    """Return the text of a section; an empty `mark` is left out.

    Raises `UsageError` for text that would be parsed as something else.
    """
    _check_line("the title of a section", title, without="[]")
    _check_written(mark, options)
    lines = [
        f"[{title}]",
        *([mark] if mark else []),
        *(f"{key} = {value}" for key, value in options.items()),
    ]
    return "".join(line + newline for line in lines)


def merged(
    section: Section,
    mark: str,
    options: Mapping[str, str],
    *,
    without: Container[str] = (),
    keep: Container[str] = (),
    newline: str,
) -> str:
    """Return a section with these options, its other options except those in `without`, and its comments.

    Keys in `keep` keep their value; an empty `mark` is left out. Raises `UsageError` like `new_section`.
    """
    _check_written(mark, options)
    lines = [section.header, mark and mark + newline]
    missing = dict(options)
    for number, (key, value, text) in enumerate(section.blocks):
        wanted = missing.pop(key, options.get(key))
        if number == 0 and section.mark[0]:
            lines.append(text.partition("\n")[2])
        elif key and key in without:
            lines += _comments(text)
        elif wanted is None or wanted == value or key in keep:
            lines.append(text)
        else:
            lines += [f"{key} = {wanted}{newline}", *_comments(text)]
    lines += [f"{key} = {value}{newline}" for key, value in missing.items()]
    return "".join(line if line.endswith("\n") or not line else line + newline for line in lines)


def _comments(text: str) -> list[str]:
    """Return the comments between the lines of an option."""
    return list(filter(reader.is_comment, text.splitlines(keepends=True)[1:]))


def _check_written(mark: str, options: Mapping[str, str]) -> None:
    _check_line("the comment of a section", mark)
    for key, value in options.items():
        _check_line("a key", key, without="[]=:#;")
        _check_line(key, value)


def _check_line(what: str, text: str, *, without: str = "") -> None:
    """Raise `UsageError` unless a text stays within its one line, and within its part of that line.

    A line break in a value would begin another key or section, and some values are names from the service.
    """
    if not text.isprintable() or set(without) & set(text):
        raise UsageError(
            f"{what} cannot be {printable(text, limit=80)!r} in a config file",
            hint=f"it has to be one printable line{f' without {without}' if without else ''}",
        )
