"""Profiles of ours: what stands in one, what it may be called, and who has written it.

A profile holds `credential_process`, `region`, `output` and a comment that says where it came from, nothing
else: one ``sso_*`` key beside the line, and most SDKs never call us.
"""

from __future__ import annotations

import os
import shlex
import shutil
import sys
import sysconfig
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from credential_process.config import lines
from credential_process.config.lines import EXECUTABLE
from credential_process.errors import UsageError, printable
from credential_process.session_reference import SessionReference

POPULATED, CONFIGURED, IMPORTED = "populated from", "configured for", "imported for"

_MARK = f"# {EXECUTABLE}: "
_LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
# What the parsers of all SDKs take in a profile's name; the JavaScript SDK knows no others.
NAME_CHARACTERS = _LETTERS | set("_.@+-")
_NAME_CHARACTERS_OF_OTHERS = NAME_CHARACTERS | set("/:%")
# What shlex, sh, cmd and Go's INI parser all read as itself.
_WORD_CHARACTERS = _LETTERS | set("_./:=+,@-")
_CREDENTIALS = frozenset({
    "aws_access_key_id", "aws_secret_access_key", "aws_session_token", "role_arn", "source_profile",
    "credential_source", "web_identity_token_file",
})  # fmt: skip
_NOT_IN_PATHS = set("\"'`$\\;&|<>()*?[]{}#~!%^\n\r\t")


@dataclass(frozen=True, slots=True)
class Line:
    """What a `credential_process` line of ours asks for."""

    session: SessionReference
    account_id: str
    role_name: str

    @property
    def label(self) -> str:
        """The session as people call it, and as the comment in a profile has it."""
        return self.session.label

    def text(self, executable: str) -> str:
        """Write it as every SDK reads it; raises `UsageError` for what one of them would misread."""
        role = {"--account-id": self.account_id, "--role-name": self.role_name}
        words = chain.from_iterable({**self.session.options, **role}.items())
        return " ".join((executable, "get", *map(_word, words)))


@dataclass(frozen=True, slots=True)
class Profile:
    """A profile to write: `settings` are `region`, `output` and others of the user's."""

    name: str
    line: Line
    settings: tuple[tuple[str, str], ...] = ()
    origin: str = POPULATED

    def options(self, executable: str) -> dict[str, str]:
        """Give all that stands in it, in order."""
        return {"credential_process": self.line.text(executable), **dict(self.settings)}

    @property
    def mark(self) -> str:
        """The comment that is its first line."""
        return mark(self.origin, self.line.label)


def mark(origin: str, label: str) -> str:
    """Write the comment of a section that was `POPULATED`, `CONFIGURED` or `IMPORTED` by us for a session."""
    return f"{_MARK}{origin} {label}"


def read_mark(comment: str) -> tuple[str, str]:
    """Read the origin and the session from the comment of a section; both are empty for another's."""
    text = comment.strip()
    for origin in (POPULATED, CONFIGURED, IMPORTED):
        start = mark(origin, "")
        if text.startswith(start):
            return origin, text.removeprefix(start)
    return "", ""


def section_title(name: str) -> str:
    """Name the section of the config file that a profile is in."""
    return "default" if name == "default" else f"profile {name}"


def profile_of(title: str) -> str:
    """Name the profile that a section of the config file holds; empty for another kind of section."""
    if title == "default":
        return title
    name = title.removeprefix("profile ")
    if name != title and name and _WORD_CHARACTERS.issuperset(name):
        return name  # as shlex would find after a while
    try:
        words = shlex.split(title)
    except ValueError:
        return ""
    return words[1] if len(words) == 2 and words[0] == "profile" else ""


def check_name(name: str) -> str:
    """Return the name of a profile; raises `UsageError` for one that some SDK cannot read."""
    odd = "".join(sorted(set(name) - _NAME_CHARACTERS_OF_OTHERS))
    if not name or odd or name.startswith("-"):
        what = f"has characters that some SDKs misread: {odd!a}" if odd else "is no profile's name"
        raise UsageError(
            f"{printable(name, limit=80)!r} {what}", hint="use letters, digits and _ . @ + - / :"
        )
    return name


def is_sso(key: str) -> bool:
    """Tell whether a key of a profile is one of Identity Center's, which keeps most SDKs from calling us.

    Those of Granted count too: no SDK knows them, but Granted would go on taking the profile for its own.
    """
    return key.startswith(("sso_", "granted_", "common_fate_"))


def is_credential(key: str) -> bool:
    """Tell whether a key of a profile gives it credentials of another kind."""
    return key in _CREDENTIALS


def executable() -> str:
    """Return the command for a config file: an absolute path, in double quotes after ``env`` where it has a space.

    Raises `UsageError` where there is none, and for a path that a shell would misread.
    """
    typed = Path(os.path.abspath(sys.argv[0]))
    of_user = sysconfig.get_path("scripts", sysconfig.get_preferred_scheme("user"))
    beside = (Path(folder) / EXECUTABLE for folder in (os.path.dirname(sys.executable), of_user))
    found = next(
        (str(path) for path in (typed, *beside) if path.name == EXECUTABLE and path.is_file()),
        shutil.which(EXECUTABLE),
    )
    if found is None:
        # Not `python -m`, which looks for modules in whatever folder the SDK is used in first.
        raise UsageError(
            f"there is no script {EXECUTABLE}, which profiles have to name",
            hint="install it with pipx or pip",
        )
    return _quoted_path(os.path.abspath(found))


def read_line(text: str) -> Line | None:
    """Read a `credential_process` line of ours; None for another's, and for one that asks for no role."""
    options = lines.options(text)
    session = SessionReference.of_options(options)
    account_id, role_name = options.get("--account-id"), options.get("--role-name")
    if not session.label or not account_id or not role_name:
        return None
    return Line(session, account_id, role_name)


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


def _quoted_path(path: str) -> str:
    odd = "".join(sorted(_NOT_IN_PATHS & set(path)))
    if odd:
        raise UsageError(
            f"{printable(path)} has characters that a shell would misread: {odd!a}",
            hint="install sso-credential-process into a folder with a plain name",
        )
    # The Go SDK's version 1 drops all that follows a value that begins with a quotation mark.
    return f'/usr/bin/env "{path}"' if " " in path else path
