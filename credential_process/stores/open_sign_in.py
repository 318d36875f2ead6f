"""The open sign-in of a session: a file that is written before the user is shown anything.

Callers see it as a `SignInView` (`mailbox.open_sign_ins`); a new broker takes the sign-in over from it. The page of an
authorization code is on one host, and so is its file. A device code can be entered anywhere and polled from anywhere,
so all hosts of a home share one.
"""

from __future__ import annotations

import glob
import os
import secrets
import time
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from credential_process import files
from credential_process.identifiers import whole_number
from credential_process.stores import document_store, field_files, mailbox
from credential_process.system import surroundings

if TYPE_CHECKING:
    from typing_extensions import Self

LONGEST_SECONDS = 600
# The fields that are numbers, and their limits.
_NUMBERS = {"ends_at": 10**11, "port": 65536, "interval": LONGEST_SECONDS + 1}
# The fields that have another key in the file.
_KEYS = {
    "ends_at": "ends",
    "caller": "asker",
    "opener": "appointed",
    "opening": "appointment",
}


class OpenSignIn(ABC):
    """The fields of all flows; `ends_at` in epoch seconds, `begun_by` the name of the want that it was begun for.

    The fields of a sign-in are its slots. It is immutable: `changed` returns another one.
    """

    __slots__ = ("account", "begun_by", "caller", "client_id", "ends_at", "id", "label", "role")

    flow: ClassVar[str]

    id: str
    ends_at: int
    caller: str
    account: str
    role: str
    label: str
    begun_by: str
    client_id: str

    def __init__(self, **values: Any) -> None:  # noqa: ANN401  texts and numbers
        values = {**self._new(), **values}
        for name in self.fields():
            setattr(self, name, values[name])

    @classmethod
    def fields(cls) -> list[str]:
        """Return the names of all fields."""
        return [name for kind in cls.__mro__ for name in vars(kind).get("__slots__", ())]

    @classmethod
    def _new(cls) -> dict[str, Any]:
        """Return values for the fields that a new sign-in need not pass."""
        return {"id": secrets.token_hex(8), "ends_at": int(time.time()) + LONGEST_SECONDS}

    def values(self) -> dict[str, Any]:
        """Return the values of all fields by name."""
        return {name: getattr(self, name) for name in self.fields()}

    def changed(self, **changes: Any) -> Self:  # noqa: ANN401  texts and numbers
        """Return the same sign-in with other values in some fields."""
        return type(self)(**{**self.values(), **changes})

    @property
    @abstractmethod
    def url(self) -> str:
        """The address to open."""

    @property
    def who_asks(self) -> str:
        """A sentence for the user: which program asks for what."""
        what = f"{self.role} in {self.account}" if self.role else "a sign-in"
        return f"{self.caller} asks for {what} ({self.label})"

    @property
    def rows(self) -> dict[str, str]:
        """The same for a page."""
        return {
            "Requested by": self.caller,
            "Role": self.role,
            "Account": self.account,
            "Session": self.label,
        }

    def has_ended(self, now: float) -> bool:
        """Return whether its time is over; one that ends too far ahead was dated by a clock that was set back."""
        return not now < self.ends_at <= now + LONGEST_SECONDS + 60


Kind = TypeVar("Kind", bound=OpenSignIn)


def store(path: str, sign_in: OpenSignIn, context: dict[str, str]) -> None:
    """Store a sign-in with the fields of its session's context, which the next broker needs; raises `OSError`."""
    kept = {_KEYS.get(name, name): str(value) for name, value in sign_in.values().items()}
    shown = {"flow": sign_in.flow, "url": sign_in.url, "who_asks": sign_in.who_asks}
    # For the messages of other hosts: the name of this one's folder may not show it, as on macOS.
    shown["machine"] = surroundings.host_name()
    field_files.write(path, {**context, **kept, **shown})


def read(path: str, kind: type[Kind]) -> tuple[Kind, dict[str, str]] | None:
    """Return a sign-in of this kind, with all fields of its file; anything odd is None."""
    found = field_files.read(path)
    if found is None or found.get("flow") != kind.flow:
        return None
    try:
        return kind(**{name: _value(found, name) for name in kind.fields()}), found
    except (KeyError, ValueError):
        return None


def is_open(path: str, begun_by: str) -> bool:
    """Return whether the file belongs to the sign-in that was begun for this want, whatever its address is now."""
    return (field_files.read(path) or {}).get("begun_by") == begun_by


def close_all(session_folder: str) -> None:
    """Close every open sign-in to a session: on all hosts, and at all endpoints."""
    for folder in document_store.folders_of(session_folder):
        files.remove(mailbox.code_path(folder))
        for path in glob.iglob(mailbox.page_path(os.path.join(glob.escape(folder), "hosts", "*"))):
            files.remove(path)


def remove(path: str, id: str = "") -> None:  # noqa: A002  its name in the file
    """Remove the file of a sign-in; with an `id`, only if it still belongs to that one."""
    found = field_files.read(path)
    if not id or found is None or found.get("id") == id:
        files.remove(path)


def _value(found: dict[str, str], name: str) -> Any:  # noqa: ANN401  text or a number
    value = found[_KEYS.get(name, name)]
    if name not in _NUMBERS:
        return value
    number = whole_number(value) or 0
    if not 0 < number < _NUMBERS[name]:
        raise ValueError
    return number
