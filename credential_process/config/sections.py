"""The text of a config file, in sections that can be replaced, removed and added without touching the rest.

Every byte of the rest is preserved: comments, order, blank lines, indented sub-sections, duplicates, CRLF,
a byte order mark, trailing spaces, a missing last newline.
"""

from __future__ import annotations

import configparser
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import configupdater

from credential_process.config import profiles, reader
from credential_process.config.numbered_comments import NumberedComments
from credential_process.errors import Defect, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

_BOM = "\ufeff"
_CONFLICT = re.compile(r"^(<<<<<<<|=======|>>>>>>>)( |$)", re.MULTILINE)
_HEAD = re.compile(r"\A(?:[^\S\n]*(?:[#;][^\n]*)?(?:\n|\Z))*")
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
Block: TypeAlias = tuple[str, str, str]  # key, value, text; comments and blank lines are text alone


@dataclass(slots=True)
class Section:
    """A section: its header, the blocks to its last option, and the comments and blank lines after that (`tail`)."""

    title: str
    header: str
    blocks: list[Block]
    tail: str

    @property
    def text(self) -> str:
        """The section as it is in the file, without its tail."""
        return self.header + "".join(text for _, _, text in self.blocks)

    @property
    def options(self) -> dict[str, str]:
        """Its options; the last one wins if a key appears twice."""
        return {key: value for key, value, _ in self.blocks if key}

    @property
    def mark(self) -> tuple[str, str]:
        """The origin and the session if it is a managed profile: see `profiles.read_mark`."""
        return _read_mark(self.blocks[0][2]) if self.blocks else ("", "")

    @property
    def profile(self) -> str:
        """The profile that it holds; empty for another kind of section."""
        return profiles.profile_of(self.title)

    @property
    def session(self) -> str:
        """The name of the SSO session that it defines; empty for another kind of section."""
        if not self.title.startswith("sso-session"):
            return ""  # the same result, but faster
        kind, name = reader.kind_and_name(self.title)
        return name if kind == "sso-session" else ""


@dataclass(frozen=True, slots=True)
class Change:
    """One section before and after; an empty text means that there is no section."""

    title: str
    before: str
    after: str


class Sections:
    """A config file in sections, with pending changes."""

    def __init__(self, text: str, path: str) -> None:
        """Read the text of the file at `path`; raises `UsageError` that names the line if it cannot be parsed."""
        self._bom = _BOM if text.startswith(_BOM) else ""
        self._text = text.removeprefix(_BOM)
        self._path = path
        updater = configupdater.ConfigUpdater(strict=False)
        # ConfigUpdater refuses indented comments above the first section.
        text = _HEAD.sub(lambda head: "\n" * head.group().count("\n"), self._text, count=1)
        numbered = NumberedComments(text)
        try:
            updater.read_string(numbered.text)
        except configparser.Error as error:
            raise _unreadable(error, self._text, path) from None
        if numbered.restored(str(updater)) != text:
            raise Defect(f"{path} cannot be edited safely", hint="it was not changed")
        self.newline = "\r\n" if self._text.partition("\n")[0].endswith("\r") else "\n"
        self.all = [_section(each, numbered) for each in updater.section_blocks()]
        self._head = self._text[: len(self._text) - sum(len(s.text + s.tail) for s in self.all)]
        self._instead: dict[int, str] = {}
        self._added: list[Change] = []

    def replace(self, section: Section, text: str) -> None:
        """Replace a section, up to its last option, with a text."""
        self._instead[id(section)] = text

    def remove(self, section: Section) -> None:
        """Remove a section, and the blank line before it."""
        self._instead[id(section)] = ""

    def add(self, title: str, text: str) -> None:
        """Append a new section."""
        self._added.append(Change(title, "", text))

    @property
    def changes(self) -> list[Change]:
        """The changed sections in the order of the file, then the added ones."""
        changed = (
            Change(section.title, section.text, self._instead[id(section)])
            for section in self.all
            if id(section) in self._instead
        )
        # A missing last newline alone does not justify a write.
        edited = (each for each in changed if each.before.rstrip() != each.after.rstrip())
        return [*edited, *self._added]

    def text(self) -> str:
        """Return the whole new text.

        Raises `UsageError` if botocore could not parse the old text, and `Defect` if it would read an unchanged
        section differently.
        """
        parts = [self._head]
        for section in self.all:
            text = self._instead.get(id(section), section.text)
            if not text:
                parts[-1] = _without_blank_line(parts[-1])
            parts += [text, section.tail]
        whole = "".join(parts)
        if self._added:
            whole = self._with_added(whole)
        self._compare(whole)
        return self._bom + whole

    def _compare(self, whole: str) -> None:
        touched = {change.title for change in self.changes}
        try:
            before = _options(self._text)
        except configparser.Error as error:
            raise _unreadable(error, self._text, self._path) from None
        after = _options(whole)
        if any(after.get(title) != was for title, was in before.items() if title not in touched):
            raise Defect("the edit would have changed other sections", hint="nothing was written")

    def _with_added(self, whole: str) -> str:
        if whole and not whole.endswith("\n"):
            whole += self.newline
        # Joined first: inserting 50,000 sections one by one takes hours.
        separator = self.newline
        added = separator.join(change.after for change in self._added)
        return f"{whole}{separator if whole else ''}{added}"


def _section(found: configupdater.Section, comments: NumberedComments) -> Section:
    blocks = [each for block in found.iter_blocks() for each in _blocks(block, comments)]
    is_marked = bool(blocks) and bool(_read_mark(blocks[0][2])[0])
    last = max((number for number, block in enumerate(blocks, 1) if block[0]), default=is_marked)
    text = comments.restored(str(found))
    header = text[: len(text) - sum(len(block[2]) for block in blocks)]
    tail = "".join(block[2] for block in blocks[last:])
    return Section(found.name, header, blocks[:last], tail)


def _blocks(
    found: configupdater.Option | configupdater.Comment | configupdater.Space,
    comments: NumberedComments,
) -> Iterator[Block]:
    """Return the blocks of one of ConfigUpdater, to which an indented comment is a part of the value above it."""
    text = comments.restored(str(found))
    if not isinstance(found, configupdater.Option):
        yield "", "", text
        return
    value, below = found.value or "", ""
    if "\n" in value:
        first, *others = _LINE.findall(text)
        end = len(others)
        while end and (reader.is_comment(others[end - 1]) or not others[end - 1].strip()):
            end -= 1
        text, below = first + "".join(others[:end]), "".join(others[end:])
        value, *more = value.split("\n")
        read = (line.strip() for line in more if not reader.is_comment(line))
        value = "\n".join((value, *read)).rstrip()
    yield found.key.lower(), value, text
    if below:
        yield "", "", below


def _read_mark(text: str) -> tuple[str, str]:
    return profiles.read_mark(text.partition("\n")[0])


def _without_blank_line(text: str) -> str:
    for blank in ("\n\r\n", "\n\n"):
        if text.endswith(blank):
            return text[: 1 - len(blank)]
    return "" if text in {"\n", "\r\n"} else text


def _options(text: str) -> dict[str, dict[str, str]]:
    """Parse all options as botocore does, but accept duplicates."""
    parser = configparser.RawConfigParser(default_section="", strict=False)
    parser.read_string(text)
    return {title: dict(parser.items(title)) for title in parser.sections()}


def _unreadable(error: configparser.Error, text: str, path: str) -> UsageError:
    conflict = _CONFLICT.search(text)
    if conflict is not None:
        line = text.count("\n", 0, conflict.start()) + 1
        return UsageError(
            f"line {line} of {path} is the mark of a merge conflict", hint="resolve it first"
        )
    errors = getattr(error, "errors", None)
    line = int(errors[0][0]) if errors else int(getattr(error, "lineno", None) or 0)
    return UsageError(
        f"line {line} of {path} cannot be parsed", hint="correct it; nothing was changed"
    )
