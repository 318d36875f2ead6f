"""The open sign-in of a session on this host: a file, written before anybody is shown anything.

Its callers read from it where the page is and who shall open it; a new broker takes it over from it.
"""

from __future__ import annotations

import os
import secrets
import time
from dataclasses import asdict, dataclass, field

from credential_process import files, inbox, mailbox

LONGEST_SECONDS = 600


@dataclass(frozen=True, slots=True)
class OpenSignIn:
    """A sign-in by authorization code; `ends` in epoch seconds.

    `appointed` is the want that shall open the page, once for each `appointment`; `arrived` is set when it was.
    """

    id: str
    ends: int
    port: int
    asker: str
    account: str
    role: str
    label: str
    client_id: str
    nonce: str = field(repr=False)
    state: str = field(repr=False)
    verifier: str = field(repr=False)
    appointed: str = ""
    appointment: str = ""
    arrived: str = ""

    @property
    def url(self) -> str:
        """The address of our landing page, which leads on to Identity Center."""
        return f"http://127.0.0.1:{self.port}/{self.nonce}"

    @property
    def redirect_uri(self) -> str:
        """Where the browser comes back to."""
        return f"http://127.0.0.1:{self.port}/oauth/callback"

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


def new(
    *, asker: str, account: str, role: str, label: str, client_id: str, port: int
) -> OpenSignIn:
    """Make one with secrets of its own: a 128-bit nonce and state, a verifier of 64 characters (RFC 7636 §4.1)."""
    return OpenSignIn(
        id=secrets.token_hex(8),
        ends=int(time.time()) + LONGEST_SECONDS,
        port=port,
        asker=asker,
        account=account,
        role=role,
        label=label,
        client_id=client_id,
        nonce=secrets.token_hex(16),
        state=secrets.token_hex(16),
        verifier=secrets.token_urlsafe(48),
    )


def path(host_folder: str) -> str:
    """Name its file."""
    return os.path.join(host_folder, "sign_in")


def store(host_folder: str, sign_in: OpenSignIn, origin: dict[str, str]) -> None:
    """Write it down with the `origin` that tells a new broker which service it is open at; raises `OSError`."""
    fields = {name: str(value) for name, value in asdict(sign_in).items()}
    shown = {"flow": "authorization_code", "url": sign_in.url, "who_asks": sign_in.who_asks}
    inbox.write_line(path(host_folder), {**origin, **fields, **shown})


def read(host_folder: str) -> tuple[OpenSignIn, dict[str, str]] | None:
    """Read it, with all fields of its file; anything odd is None."""
    fields = mailbox.read_line(path(host_folder))
    if fields is None:
        return None
    names = OpenSignIn.__dataclass_fields__
    try:
        known = {name: fields[name] for name in names if name not in {"ends", "port"}}
        port = int(fields["port"])
        if not 0 < port < 65536:
            return None
        return OpenSignIn(ends=int(fields["ends"]), port=port, **known), fields
    except (KeyError, ValueError):
        return None


def remove(host_folder: str) -> None:
    """Close it for everybody."""
    files.remove(path(host_folder))
