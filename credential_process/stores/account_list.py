"""Which accounts and roles somebody may use: the list that the service was asked for, as a file.

A line of JSON says what it is a list of, one follows for each account, and a last one says that it is complete.
It grows while the broker lists, can be followed meanwhile, and gone on with after an interruption.
"""

from __future__ import annotations

import errno
import json
import os
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from credential_process import documents, files

if TYPE_CHECKING:
    from typing_extensions import Self

_FORMAT = "sso-credential-process/accounts/2"
_LONGEST_HEADER = 8192
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Account:
    """An account and the roles in it; `refused` says why there are none, `name` and `email` may be empty.

    `left_out` are the names of further roles, printable but not valid, so that they cannot be used.
    """

    account_id: str
    name: str
    email: str
    roles: tuple[str, ...] = ()
    refused: str = ""
    left_out: tuple[str, ...] = ()

    @property
    def assignments(self) -> list[Assignment]:
        """Its roles, one by one."""
        name = self.name or self.account_id
        return [Assignment(self.account_id, name, self.email, role) for role in self.roles]


@dataclass(frozen=True, slots=True)
class Assignment:
    """One role in one account."""

    account_id: str
    account_name: str
    account_email: str
    role_name: str


@dataclass(frozen=True, slots=True)
class Source:
    """Where a list comes from, the id of the sign-in it was made with, and when it was begun (epoch seconds)."""

    session: str
    start_url: str
    region: str
    endpoints: tuple[str, str]
    sign_in: str
    began: float

    def is_same(self, other: Source) -> bool:
        """Return whether two lists have the same content but for their age."""
        return replace(self, began=other.began) == other


def path(session_folder: str) -> str:
    """Name the complete list of a session; it lies among the role documents, and is forgotten with them."""
    return os.path.join(session_folder, "roles", "accounts")


def partial_path(session_folder: str) -> str:
    """Name the list that this host's broker is making."""
    host = os.path.basename(documents.host_folder(session_folder))
    return os.path.join(session_folder, "roles", f"accounts.{host}.partial")


class AccountList:
    """A list as far as it has been read; raises `OSError` or `ValueError` for a file that is none."""

    def __init__(self, file: str) -> None:
        self._descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            header, newline, _ = os.pread(self._descriptor, _LONGEST_HEADER, 0).partition(b"\n")
            self.source = _source(json.loads(header) if newline else {})
        except BaseException:
            os.close(self._descriptor)
            raise
        self.size = len(header) + 1  # of the whole lines that were read
        self.total = 0  # accounts that there will be; 0 while nobody knows
        self.is_complete = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._descriptor)

    def more(self) -> list[Account]:
        """Read the accounts that were added since the last time; raises `ValueError` for a damaged list."""
        content = b""
        while chunk := os.pread(self._descriptor, _CHUNK, self.size + len(content)):
            content += chunk
        whole = content[: content.rfind(b"\n") + 1]  # a line that was cut off is not read
        self.size += len(whole)
        return [account for line in whole.splitlines() for account in self._read(json.loads(line))]

    def _read(self, line: dict[str, Any]) -> list[Account]:
        match line:
            case {"complete": True}:
                self.is_complete = True
            case {"total": int(total)}:
                self.total = total
            case _:
                return [_account(line)]
        return []


def read(file: str) -> tuple[Source, list[Account]] | None:
    """Read a complete list; a missing, unfinished or damaged one is None."""
    try:
        with AccountList(file) as found:
            # One that was refused before an interruption may have been listed after it.
            accounts = {account.account_id: account for account in found.more()}
            return (found.source, [*accounts.values()]) if found.is_complete else None
    except (OSError, ValueError):
        return None


def begin(file: str, source: Source) -> int:
    """Begin a list in the place of what is there; return the descriptor to add to. Raises `OSError`."""
    files.replace(file, _line({"format": _FORMAT, **asdict(source)}).decode())
    return os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC)


def resume(file: str, size: int) -> int:
    """Open a list of which `size` bytes are good, to add to it. Raises `OSError`."""
    descriptor = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC)
    os.ftruncate(descriptor, size)
    return descriptor


def add(descriptor: int, account: Account) -> None:
    """Add an account to a list. Raises `OSError`."""
    _write(descriptor, asdict(account))


def add_total(descriptor: int, total: int) -> None:
    """Say how many accounts there will be. Raises `OSError`."""
    _write(descriptor, {"total": total})


def complete(descriptor: int, partial: str, file: str) -> None:
    """Say that a list is complete, and put it in the place of the one before. Raises `OSError`."""
    _write(descriptor, {"complete": True})
    os.fsync(descriptor)
    os.replace(partial, file)


def _write(descriptor: int, line: dict[str, Any]) -> None:
    content = _line(line)
    if os.write(descriptor, content) != len(content):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _line(line: dict[str, Any]) -> bytes:
    return json.dumps(line, separators=(",", ":")).encode() + b"\n"


def _source(header: dict[str, Any]) -> Source:
    match header:
        case {
            "format": str(form),
            "session": str(session),
            "start_url": str(url),
            "region": str(region),
            "endpoints": [str(sso), str(oidc)],
            "sign_in": str(sign_in),
            "began": float(began),
        }:
            if form == _FORMAT:
                return Source(session, url, region, (sso, oidc), sign_in, began)
    raise ValueError


def _account(line: dict[str, Any]) -> Account:
    match line:
        case {
            "account_id": str(account_id),
            "name": str(name),
            "email": str(email),
            "roles": list(roles),
            "refused": str(refused),
            "left_out": list(left_out),
        }:
            return Account(
                account_id, name, email, tuple(map(str, roles)), refused, tuple(map(str, left_out))
            )
    raise ValueError
