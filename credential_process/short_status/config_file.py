"""Read the profiles and sessions of the config file, as `config.reader` does.

Not with `configparser`, whose import takes as long as starting Python.
"""

import os
import stat

_LONGEST = 64 << 20
_READ = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
QUOTES = frozenset("\"'\\")

Section = dict[str, str]


class Config:
    """The sections of the config file at `path`, by name."""

    __slots__ = ("path", "profiles", "sessions")

    def __init__(self, path: str, titled: dict[str, Section]) -> None:
        self.path = path
        self.profiles: dict[str, Section] = {}
        self.sessions: dict[str, Section] = {}
        for title, section in titled.items():
            kind, name = _kind_and_name(title)
            if kind == "profile" and name:
                self.profiles[name] = section
            elif kind == "sso-session" and name:
                self.sessions[name] = section


def read(path: str) -> Config:
    """Return the sections of a config file, none if it does not exist; raises `ValueError` if it cannot be read."""
    try:
        content = text(path, most_bytes=_LONGEST)
    except (FileNotFoundError, NotADirectoryError):
        if os.path.islink(path):
            raise ValueError(path) from None
        return Config(path, {})
    except OSError as error:
        raise ValueError(path) from error
    return Config(path, parse(content.removeprefix("\ufeff")))


def text(path: str, *, most_bytes: int) -> str:
    """Return the text of a file; raises `OSError`, and `ValueError` if it is too long, not a file or not text."""
    descriptor = os.open(path, _READ)  # opening a named pipe without a writer would wait
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise ValueError(path)
        with open(descriptor, "rb", closefd=False) as file:
            content = file.read(most_bytes + 1)
    finally:
        os.close(descriptor)
    if len(content) > most_bytes:
        raise ValueError(path)
    return content.decode()


def parse(text: str) -> dict[str, Section]:
    """Return the sections of a text by title, with the rules of `configparser`; raises `ValueError` where it fails."""
    sections: dict[str, Section] = {}
    section: Section | None = None
    values: dict[str, list[str]] = {}
    key, indent_of_key = "", 0
    for line in text.split("\n"):
        words = line.strip()
        if not words:
            if key:
                values[key].append("")
            continue
        if words[0] in "#;":
            continue
        indent = len(line) - len(line.lstrip())
        if key and indent > indent_of_key:
            values[key].append(words)
            continue
        indent_of_key = indent
        if words[0] == "[" and words.rfind("]") > 1:
            _finish(section, values)
            section, key = sections.setdefault(words[1 : words.rfind("]")], {}), ""
            continue
        key, value = _key_and_value(words)
        if section is None:
            raise ValueError(words)
        values[key] = [value]
    _finish(section, values)
    return sections


def _finish(section: Section | None, values: dict[str, list[str]]) -> None:
    if section is not None:
        section.update((key, "\n".join(parts).rstrip()) for key, parts in values.items())
    values.clear()


def _key_and_value(words: str) -> tuple[str, str]:
    places = [place for place in (words.find("="), words.find(":")) if place >= 0]
    if not places or min(places) == 0:
        raise ValueError(words)
    return words[: min(places)].rstrip().lower(), words[min(places) + 1 :].strip()


def _kind_and_name(title: str) -> tuple[str, str]:
    if title == "default":
        return "profile", title
    if not QUOTES.isdisjoint(title):
        from credential_process.config import reader

        return reader.kind_and_name(title)
    kind, *words = title.split() or ("",)
    return kind, " ".join(words)
