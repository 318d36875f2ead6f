"""Managed profiles: their content, their names, and the mark that shows where they came from.

A profile holds only what requests its role, `region`, `output` and a comment that shows where it came from. The
role is requested by `credential_process`, or by ``sso_*`` keys (`forms`), never both: most SDKs would not run the line.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from credential_process import warm
from credential_process.config import lines
from credential_process.config.lines import EXECUTABLE
from credential_process.errors import UsageError, printable
from credential_process.session_reference import SessionReference
from credential_process.stores import access_role
from credential_process.system import command_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from credential_process.stores.access_role import AccessRole
    from credential_process.system.command_lines import Syntax

POPULATED, CONFIGURED, IMPORTED = "populated from", "configured for", "imported for"

_MARK = f"# {EXECUTABLE}: "
_TITLE_AND_COMMENT = re.compile(
    rf"^\[([^\]\n]+)\][^\n]*\n({re.escape(_MARK)}[^\n]*)$", re.MULTILINE
)
_LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
# What the parsers of all SDKs accept in a profile name; the JavaScript SDK accepts no others.
NAME_CHARACTERS = _LETTERS | set("_.@+-")
_NAME_CHARACTERS_OF_OTHERS = NAME_CHARACTERS | set("/:%")
# What shlex, sh, cmd and Go's INI parser all read literally.
_WORD_CHARACTERS = _LETTERS | set("_./:=+,@-")
_CREDENTIALS = frozenset({
    "aws_access_key_id", "aws_secret_access_key", "aws_session_token", "role_arn", "source_profile",
    "credential_source", "web_identity_token_file",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """The session and the role that a managed `credential_process` line requests.

    It is that of a permission set by its name, or that of account access manager in `access`; then the name is empty.
    """

    session: SessionReference
    account_id: str
    role_name: str
    access: AccessRole | None = None

    @classmethod
    def of_options(cls, session: SessionReference, options: Mapping[str, str]) -> Line | None:
        """Return the line for a role in options of ``get``; None if they name none, or both kinds of roles."""
        account_id, role_name = options.get("--account-id", ""), options.get("--role-name", "")
        if not options.keys() & set(warm.ACCESS):
            return cls(session, account_id, role_name) if account_id and role_name else None
        access = access_role.of_options(options)
        if access is None or account_id or role_name:
            return None
        return cls(session, access.account_id, "", access)

    @property
    def label(self) -> str:
        """The name of the session in messages and in the comment of a profile."""
        return self.session.label

    @property
    def role(self) -> dict[str, str]:
        """The options of ``get`` that name the role."""
        if self.access is not None:
            return self.access.options
        return {"--account-id": self.account_id, "--role-name": self.role_name}

    def text(self, executable: str, former: str = "") -> str:
        """Return the line as every SDK reads it; raises `UsageError` for text that an SDK would misread.

        The other options of `get` stay that a user has added to the `former` line.
        """
        words = chain.from_iterable({**self.session.options, **self.role}.items())
        text = " ".join((executable, "get", *map(_word, words)))
        # Most lines have none, and to split each of 50,000 takes seconds.
        return text if former == text else " ".join((text, *self._added(former)))

    def _added(self, former: str) -> Iterator[str]:
        """Return the words of a line that name neither session nor role, or only more of what this role has."""
        of_role = (option for option in warm.ACCESS if self.access and option not in self.role)
        lasting = {*warm.FLAGS, *warm.CHAINED, "--wait", *of_role}
        words = iter(lines.arguments(former) or ())
        for word in words:
            option, equals, _ = word.partition("=")
            has_value = not equals and option in (*warm.VALUED, *warm.CHAINED)
            value = next(words, None) if has_value else ""
            if option in lasting and value is not None:
                yield _quoted(word)
                if has_value:
                    yield _quoted(value)


@dataclass(frozen=True, slots=True)
class Profile:
    """A profile to write: `settings` are `region`, `output` and other keys of the user."""

    name: str
    line: Line
    settings: tuple[tuple[str, str], ...] = ()
    origin: str = POPULATED

    @property
    def mark(self) -> str:
        """The comment that is its first line."""
        return mark(self.origin, self.line.label)


def mark(origin: str, label: str) -> str:
    """Return the comment that marks a section as `POPULATED`, `CONFIGURED` or `IMPORTED` for a session."""
    return f"{_MARK}{origin} {label}"


def read_mark(comment: str) -> tuple[str, str]:
    """Return the origin and the session from the comment of a section; both are empty for any other comment."""
    text = comment.strip()
    for origin in (POPULATED, CONFIGURED, IMPORTED):
        start = mark(origin, "")
        if text.startswith(start):
            return origin, text.removeprefix(start)
    return "", ""


def marks(text: str) -> dict[str, tuple[str, str]]:
    """Return origin and session of the marked sections of a config file, by title, without parsing the whole file."""
    found = {title: read_mark(comment) for title, comment in _TITLE_AND_COMMENT.findall(text)}
    return {title: mark for title, mark in found.items() if mark[0]}


def section_title(name: str) -> str:
    """Return the title of a profile's section in the config file, with a name in quotation marks if it has spaces."""
    return "default" if name == "default" else f"profile {shlex.quote(name)}"


def profile_of(title: str) -> str:
    """Return the name of the profile in a section of the config file; empty for another kind of section."""
    if title == "default":
        return title
    name = title.removeprefix("profile ")
    if name != title and name and _WORD_CHARACTERS.issuperset(name):
        return name  # the same result as shlex, but faster
    try:
        words = shlex.split(title)
    except ValueError:
        return ""
    return words[1] if len(words) == 2 and words[0] == "profile" else ""


def check_name(name: str) -> str:
    """Return the name of a profile; raises `UsageError` for one that some SDK cannot read."""
    odd = "".join(sorted(set(name) - _NAME_CHARACTERS_OF_OTHERS))
    if not name or odd or name.startswith("-"):
        what = (
            f"has characters that some SDKs misread: {odd!a}"
            if odd
            else "is not a valid profile name"
        )
        raise UsageError(
            f"{printable(name, limit=80)!r} {what}", hint="use letters, digits and _ . @ + - / :"
        )
    return name


def is_sso(key: str) -> bool:
    """Return whether a key of a profile belongs to Identity Center, which keeps most SDKs from running the line.

    Granted's keys count too: SDKs ignore them, but Granted would continue to manage the profile.
    """
    return key.startswith(("sso_", "granted_", "common_fate_"))


def is_source(key: str) -> bool:
    """Return whether a key of a profile sets where its credentials come from, in any way."""
    return key in {"credential_process", "login_session"} or is_sso(key) or is_credential(key)


def is_credential(key: str) -> bool:
    """Return whether a key of a profile is for credentials from another source."""
    return key in _CREDENTIALS


def read_line(text: str, syntax: Syntax = command_lines.HERE) -> Line | None:
    """Parse a managed `credential_process` line; None if it runs another program or requests no role.

    A line that has an assumed role as well is none: no other form of a managed profile can name that.
    """
    return None if " --assume-role-" in text else read_first_role(text, syntax)


def read_first_role(text: str, syntax: Syntax = command_lines.HERE) -> Line | None:
    """Parse a managed `credential_process` line like `read_line`, whatever roles are assumed with the one it names."""
    options = lines.options(text, syntax)
    session = SessionReference.of_options(options)
    return Line.of_options(session, options) if session.label else None


def _quoted(text: str) -> str:
    """Return a word that the user has written, even if some SDK misreads it."""
    is_safe = text.strip() == text != "" and (_WORD_CHARACTERS | {" "}).issuperset(text)
    return _word(text) if is_safe else command_lines.HERE.quote(text)


def _word(text: str) -> str:
    # The Go SDK's version 1 drops a line with "=," outside of quotation marks.
    if text and _WORD_CHARACTERS.issuperset(text) and "=," not in text:
        return text
    if text.strip() == text != "" and (_WORD_CHARACTERS | {" "}).issuperset(text):
        return f'"{text}"'
    odd = "".join(sorted(set(text) - _WORD_CHARACTERS))
    raise UsageError(
        f"{printable(text, limit=80)!r} has characters that some SDKs misread in a line: {odd!a}",
        hint="name the [sso-session] with letters, digits, _ . and -, and use that",
    )
