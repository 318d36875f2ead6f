"""Name profiles from a template; the default names are safe for every SDK and shell.

The fields of a template are `FIELDS`. Their values are trimmed, converted to another case, and made safe, in this
order: accents are removed, and every other run of characters becomes a single hyphen.
"""

from __future__ import annotations

import re
import string
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from credential_process.config import profiles
from credential_process.errors import UsageError, printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from credential_process.stores.account_list import Assignment

FIELDS = {
    "account_name": "the name of the account, or its id where it has none",
    "account_id": "its 12 digits",
    "account_email": "its e-mail address",
    "role_name": "the name of the role, or role/PATH/NAME for one of account access manager",
    "region": "the region of the profile",
    "short_region": "the region in five or six letters: usea1 for us-east-1",
    "session": "the name of the SSO session",
}
DEFAULT = "{account_name}.{role_name}"
DEFAULT_WITH_REGION = "{account_name}.{role_name}.{short_region}"
CASES: dict[str, Callable[[str], str]] = {
    "lower": str.lower,
    "upper": str.upper,
    "title": str.title,
    "capitalize": str.capitalize,
}
_SAFE = "".join(sorted(profiles.NAME_CHARACTERS))
_UNSAFE = re.compile(f"[^{re.escape(_SAFE)}]+")
_AREAS = {"us-gov": "gov"}
_DIRECTIONS = {
    "north": "no", "northeast": "ne", "east": "ea", "southeast": "se", "south": "so",
    "southwest": "sw", "west": "we", "northwest": "nw", "central": "ce",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Naming:
    """A naming scheme; by field, `trim` has the patterns to remove, and `case` a name of `CASES`."""

    template: str
    session: str = ""
    trim: dict[str, tuple[re.Pattern[str], ...]] = field(default_factory=dict)
    case: dict[str, str | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for _, name, form, conversion in _parsed(self.template):
            if name is not None and (name not in FIELDS or form or conversion):
                known = " ".join(f"{{{each}}}" for each in FIELDS)
                raise UsageError(
                    f"--profile-name: {printable(name or '', limit=40)!r} is not a valid field",
                    hint=f"the fields are {known}",
                )

    def name(self, role: Assignment, region: str) -> str:
        """Name the profile of a role in a region; raises `UsageError` if the result is not a valid name."""
        values = {
            "account_name": role.account_name,
            "account_id": role.account_id,
            "account_email": role.account_email,
            "role_name": role.role_name,
            "region": region,
            "short_region": short_region(region),
            "session": self.session,
        }
        safe = {name: self._field(name, value) for name, value in values.items()}
        safe["account_name"] = safe["account_name"] or role.account_id
        return profiles.check_name(self.template.format(**safe).lstrip("-"))

    def _field(self, name: str, value: str) -> str:
        for pattern in self.trim.get(name, ()):
            value = pattern.sub("", value)
        case = self.case.get(name)
        return made_safe(CASES[case](value) if case else value)


def made_safe(text: str) -> str:
    """Return a text without the characters that are not safe in the name of a profile."""
    plain = unicodedata.normalize("NFKD", text)
    bare = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return _UNSAFE.sub("-", bare).strip("-")


def acceptable(name: str) -> str:
    """Return a name that `configure profile` accepts: this one if every SDK can read it, else a similar one."""
    try:
        return profiles.check_name(name)
    except UsageError:
        return made_safe(name) or "NAME"


def short_region(region: str) -> str:
    """Shorten the name of a region; a name of unknown form is returned unchanged."""
    area, _, rest = region.rpartition("-")[0].rpartition("-")
    number = region.rpartition("-")[2]
    if not area:
        return region
    return f"{_AREAS.get(area, area)}{_DIRECTIONS.get(rest, rest)}{number}"


def patterns(option: str, texts: Iterable[str]) -> tuple[re.Pattern[str], ...]:
    """Compile the regular expressions of an option; raises `UsageError` for an invalid one."""
    return tuple(_compiled(option, text) for text in texts)


def _compiled(option: str, text: str) -> re.Pattern[str]:
    try:
        return re.compile(text)
    except (re.error, OverflowError, RecursionError) as error:
        raise UsageError(
            f"{option}: {printable(text, limit=80)!r} is not a valid regular expression: {error}",
            hint="put a \\ before ( [ . + * ? to match them literally",
        ) from None


def _parsed(template: str) -> list[tuple[str, str | None, str | None, str | None]]:
    try:
        return list(string.Formatter().parse(template))
    except ValueError as error:
        raise UsageError(f"--profile-name: {error}", hint=f"an example is {DEFAULT}") from None
