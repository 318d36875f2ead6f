"""The open sign-in of a session: a file, written before anybody is shown anything.

Its callers read from it what a person has to be told; a new broker takes it over from it. The page of the
browser's flow is on this host, and so is its file; a device code can be typed in anywhere and polled from
anywhere: all hosts of the home share one.
"""

from __future__ import annotations

import glob
import os
import secrets
import time
from abc import ABC, abstractmethod
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, ClassVar, TypeVar

from credential_process import files
from credential_process.identifiers import whole_number
from credential_process.stores import document_store, mailbox

LONGEST_SECONDS = 600
# What is not text, and what it is below.
_NUMBERS = {"ends": 10**11, "port": 65536, "interval": LONGEST_SECONDS + 1}


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSignIn(ABC):
    """What both flows have; `ends` in epoch seconds, `begun_by` the name of the want that it began for."""

    flow: ClassVar[str]

    id: str = field(default_factory=lambda: secrets.token_hex(8))
    ends: int = field(default_factory=lambda: int(time.time()) + LONGEST_SECONDS)
    asker: str
    account: str
    role: str
    label: str
    begun_by: str
    client_id: str

    @property
    @abstractmethod
    def url(self) -> str:
        """The address to open."""

    @property
    def who_asks(self) -> str:
        """One sentence for people: who asks for what."""
        what = f"{self.role} in {self.account}" if self.role else "a sign-in"
        return f"{self.asker} asks for {what} ({self.label})"

    @property
    def rows(self) -> dict[str, str]:
        """The same for a page."""
        return {
            "Asked for by": self.asker,
            "Role": self.role,
            "Account": self.account,
            "Session": self.label,
        }

    def has_ended(self, now: float) -> bool:
        """Tell whether its time is over; one that ends too far ahead was dated by a clock that went back."""
        return not now < self.ends <= now + LONGEST_SECONDS + 60


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPage(OpenSignIn):
    """A sign-in by authorization code: a page of ours, a 128-bit nonce and state, a verifier (RFC 7636 §4.1).

    `appointed` is the want that shall open the page, once for each `appointment`; `arrived` is set when it was.
    `visitor` is known to the browser that has opened it. `former` holds the nonces of earlier addresses.
    """

    flow: ClassVar[str] = "authorization_code"

    port: int
    nonce: str = field(default_factory=lambda: secrets.token_hex(16), repr=False)
    state: str = field(default_factory=lambda: secrets.token_hex(16), repr=False)
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48), repr=False)
    visitor: str = field(default_factory=lambda: secrets.token_hex(16), repr=False)
    former: str = field(default="", repr=False)
    appointed: str = ""
    appointment: str = ""
    arrived: str = ""

    @property
    def url(self) -> str:
        """The address of our landing page, which leads on to Identity Center."""
        return f"http://127.0.0.1:{self.port}/{self.nonce}"

    @property
    def cookie(self) -> str:
        """The cookie of the browser that has opened the page; cookies of a host do not tell its ports apart."""
        return f"sso-credential-process-{self.port}={self.visitor}"

    def at_another_address(self) -> OpenPage:
        """Return the same sign-in at an address that nobody has seen yet, to be opened once more."""
        former = (*self.former.split()[-3:], self.nonce)
        return replace(
            self,
            id=secrets.token_hex(8),
            nonce=secrets.token_hex(16),
            former=" ".join(former),
            appointed="",
            arrived="",
        )

    @property
    def redirect_uri(self) -> str:
        """Where the browser comes back to."""
        return f"http://127.0.0.1:{self.port}/oauth/callback"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCode(OpenSignIn):
    """A sign-in by device code (RFC 8628): an address, a code to type in there, and what we poll with."""

    flow: ClassVar[str] = "device_code"

    device_code: str = field(repr=False)
    user_code: str
    address: str
    interval: int

    @property
    def url(self) -> str:
        """The address, which is opaque: it may hold the code, or not."""
        return self.address


Kind = TypeVar("Kind", bound=OpenSignIn)


def store(path: str, sign_in: OpenSignIn, origin: dict[str, str]) -> None:
    """Write it down with the `origin` that tells a new broker which service it is open at; raises `OSError`."""
    kept = {name: str(value) for name, value in asdict(sign_in).items()}
    shown = {"flow": sign_in.flow, "url": sign_in.url, "who_asks": sign_in.who_asks}
    mailbox.write_line(path, {**origin, **kept, **shown})


def read(path: str, kind: type[Kind]) -> tuple[Kind, dict[str, str]] | None:
    """Read it, with all that its file says; anything odd is None."""
    found = mailbox.read_line(path)
    if found is None or found.get("flow") != kind.flow:
        return None
    try:
        return kind(**{each.name: _value(found, each.name) for each in fields(kind)}), found
    except (KeyError, ValueError):
        return None


def is_open(path: str, begun_by: str) -> bool:
    """Return whether the file at `path` is that of the sign-in that began for this want, whatever its address now."""
    return (mailbox.read_line(path) or {}).get("begun_by") == begun_by


def close_all(session_folder: str) -> None:
    """Close every open sign-in to a session: of all hosts, and at all endpoints."""
    for folder in document_store.folders_of(session_folder):
        files.remove(mailbox.code_path(folder))
        for path in glob.iglob(mailbox.page_path(os.path.join(glob.escape(folder), "hosts", "*"))):
            files.remove(path)


def remove(path: str, id: str = "") -> None:  # noqa: A002  its name in the file
    """Close it for everybody; with an `id`, only if it is still that one."""
    found = mailbox.read_line(path)
    if not id or found is None or found.get("id") == id:
        files.remove(path)


def _value(found: dict[str, str], name: str) -> Any:  # noqa: ANN401  text or a number
    value = found[name]
    if name not in _NUMBERS:
        return value
    number = whole_number(value) or 0
    if not 0 < number < _NUMBERS[name]:
        raise ValueError
    return number
