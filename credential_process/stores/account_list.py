"""The list of accounts and roles that are assigned to the user, as a file.

Its first line of JSON is the source of the list, one line follows for each account, and the last line marks it as
complete. It can be read while the broker makes it, and resumed after an interruption.
"""

from __future__ import annotations

import errno
import json
import os
from typing import TYPE_CHECKING, Any, NamedTuple

from credential_process import files
from credential_process.stores import mailbox
from credential_process.system import disk, flags

if TYPE_CHECKING:
    from collections.abc import Iterable

    from typing_extensions import Self

_FORMAT = "sso-credential-process/accounts/2"
_COMPLETE = {"complete": True}
_LONGEST_HEADER = 8192
_CHUNK = 1 << 20
_CLOCK_STEP_SECONDS = 60
RECENT_SECONDS = 3600  # a list that was begun within this time is used, unless a new one is wanted


class Account(NamedTuple):
    """An account and its roles; `refused` is why the service did not list them, `name` and `email` may be empty.

    `left_out` are the names of further roles, in printable form, that are not valid and cannot be used.
    """

    account_id: str
    name: str
    email: str
    roles: tuple[str, ...] = ()
    refused: str = ""
    left_out: tuple[str, ...] = ()

    @property
    def assignments(self) -> list[Assignment]:
        """Its roles, each with the account."""
        name = self.name or self.account_id
        return [Assignment(self.account_id, name, self.email, role) for role in self.roles]


class Assignment(NamedTuple):
    """One role in one account."""

    account_id: str
    account_name: str
    account_email: str
    role_name: str


class Source(NamedTuple):
    """The session and endpoints of a list, the id of its sign-in, and when it was begun (epoch seconds)."""

    session: str
    start_url: str
    region: str
    endpoints: tuple[str, str]
    sign_in: str
    began: float

    def is_same(self, other: Source) -> bool:
        """Return whether two lists differ at most in their age."""
        return self._replace(began=other.began) == other

    def serves(self, wanted: Source, since: float) -> bool:
        """Return whether a list that was begun at `since` or later will do, for the source that is wanted now."""
        # A list from the future was dated by a clock that has been set back since.
        latest = wanted.began + _CLOCK_STEP_SECONDS
        return since <= self.began <= latest and self.is_same(wanted)


def path(session_folder: str) -> str:
    """Return the path of a session's complete list, among the role documents, with which it is deleted."""
    return os.path.join(session_folder, "roles", "accounts")


def partial_path(session_folder: str) -> str:
    """Return the path of the list that this host's broker is making."""
    host = os.path.basename(mailbox.host_folder(session_folder))
    return os.path.join(session_folder, "roles", f"accounts.{host}.partial")


class AccountList:
    """A list as far as it has been read; raises `OSError` or `ValueError` for a file that is not a list."""

    def __init__(self, file: str) -> None:
        self._descriptor = disk.open_to_read(file, flags.READ_NO_LINK)
        try:
            header, newline, _ = os.read(self._descriptor, _LONGEST_HEADER).partition(b"\n")
            self.source = _source(json.loads(header) if newline else {})
        except BaseException:
            os.close(self._descriptor)
            raise
        self.size = len(header) + 1  # bytes of the whole lines that were read
        self.total = 0  # of accounts when complete; 0 while not known
        self.is_complete = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        os.close(self._descriptor)

    def more(self) -> list[Account]:
        """Return the accounts that were added since the last call; raises `ValueError` for a damaged list."""
        content = b""
        os.lseek(self._descriptor, self.size, os.SEEK_SET)
        while chunk := os.read(self._descriptor, _CHUNK):
            content += chunk
        whole = content[: content.rfind(b"\n") + 1]  # an incomplete line is left for the next call
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
    """Return a complete list; None for a missing, unfinished or damaged one."""
    try:
        with AccountList(file) as found:
            # An account that was refused before an interruption may be listed once more after it.
            accounts = {account.account_id: account for account in found.more()}
            return (found.source, [*accounts.values()]) if found.is_complete else None
    except (OSError, ValueError):
        return None


def begin(file: str, source: Source) -> int:
    """Replace the list with an empty one, and return the descriptor to add to. Raises `OSError`."""
    files.replace(file, _header(source).decode())
    return os.open(file, flags.APPEND)


def write(file: str, source: Source, accounts: Iterable[Account]) -> None:
    """Replace the list with a complete one. Raises `OSError`."""
    lines = (_header(source), *(_line(each._asdict()) for each in accounts), _line(_COMPLETE))
    files.replace(file, b"".join(lines).decode(), durable=False)


def resume(file: str, size: int) -> int:
    """Return a descriptor to add to a list, whose first `size` bytes are kept. Raises `OSError`."""
    descriptor = os.open(file, flags.APPEND)
    os.ftruncate(descriptor, size)
    return descriptor


def add(descriptor: int, account: Account) -> None:
    """Add an account to a list. Raises `OSError`."""
    _write(descriptor, account._asdict())


def add_total(descriptor: int, total: int) -> None:
    """Add the number of all accounts to a list. Raises `OSError`."""
    _write(descriptor, {"total": total})


def complete(descriptor: int, partial: str, file: str) -> None:
    """Mark a list as complete, close it, and replace the previous one with it. Raises `OSError`."""
    try:
        _write(descriptor, _COMPLETE)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    disk.replace(partial, file)


def _write(descriptor: int, line: dict[str, Any]) -> None:
    content = _line(line)
    if os.write(descriptor, content) != len(content):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _header(source: Source) -> bytes:
    return _line({"format": _FORMAT, **source._asdict()})


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
