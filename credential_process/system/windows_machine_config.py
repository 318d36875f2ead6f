"""The config file of the machine on Windows, which belongs to administrators."""

import ctypes
import os
import sys
from ctypes import wintypes

from credential_process.system.exposure import Exposure

assert sys.platform == "win32"

_shell = ctypes.WinDLL("shell32")
_advapi = ctypes.WinDLL("advapi32")
_kernel = ctypes.WinDLL("kernel32")

_PROGRAM_DATA = (ctypes.c_byte * 16).from_buffer_copy(
    # FOLDERID_ProgramData: 62AB5D82-FDC1-4DC3-A9DD-070D1D495D97
    bytes.fromhex("825dab62c1fdc34da9dd070d1d495d97")
)
_FILE_OBJECT = 1
_OWNER_AND_LIST = 1 | 4
_ALLOWED, _INHERIT_ONLY = 0, 8
# Write or append data, delete what is in a folder, delete, change the list or the owner; generic write and all.
_CHANGES_A_FILE = 0x2 | 0x4 | 0x10000 | 0x40000 | 0x80000 | 0x40000000 | 0x10000000
# In a folder, other users may add files, as all users may in %ProgramData%: who owns the file is checked.
_REPLACES_A_FILE = 0x40 | 0x10000 | 0x40000 | 0x80000 | 0x10000000
# The system, the group of administrators, the service that installs Windows. CREATOR OWNER in the list of a file means
# its owner.
_ADMINISTRATORS = frozenset(
    {
        "S-1-5-18",
        "S-1-5-32-544",
        "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464",
        "S-1-3-0",
    }
)


class _Entry(ctypes.Structure):
    """ACCESS_ALLOWED_ACE, up to the identifier of the user."""

    _fields_ = (
        ("kind", wintypes.BYTE),
        ("flags", wintypes.BYTE),
        ("size", wintypes.WORD),
        ("mask", wintypes.DWORD),
        ("user", wintypes.DWORD),
    )


def path() -> str:
    """Return the path of the file, whether it exists or not; empty if the system does not have such a folder."""
    found = wintypes.LPWSTR()
    _shell.SHGetKnownFolderPath(ctypes.byref(_PROGRAM_DATA), 0, None, ctypes.byref(found))
    try:
        folder = found.value
        return os.path.join(folder, "sso-credential-process", "config") if folder else ""
    finally:
        ctypes.windll.ole32.CoTaskMemFree(found)


def exposure(path: str) -> Exposure | None:
    """Return how a user who is not an administrator could have written the file at `path`; None if none could."""
    if not os.path.lexists(path):
        return None
    target = os.path.realpath(path)
    files = dict.fromkeys((path, target))
    folders = dict.fromkeys(map(os.path.dirname, files))
    for place, rights in (
        *((each, _REPLACES_A_FILE) for each in folders),
        *((each, _CHANGES_A_FILE) for each in files),
    ):
        problem = _problem(place, rights)
        if problem:
            return Exposure(
                problem,
                f'icacls "{place}" /setowner Administrators && '
                f'icacls "{place}" /inheritance:r /grant Administrators:F SYSTEM:F Users:RX',
            )
    return None


def _problem(place: str, rights: int) -> str:
    owner, entries, descriptor = ctypes.c_void_p(), ctypes.c_void_p(), ctypes.c_void_p()
    failed = _advapi.GetNamedSecurityInfoW(
        ctypes.c_wchar_p(place),
        _FILE_OBJECT,
        _OWNER_AND_LIST,
        ctypes.byref(owner),
        None,
        ctypes.byref(entries),
        None,
        ctypes.byref(descriptor),
    )
    if failed:
        return f"{place}: {ctypes.FormatError(failed)}"
    try:
        if _name(owner) not in _ADMINISTRATORS:
            return f"{place} does not belong to Administrators"
        if not entries:
            return f"users may write {place} (it has no access list)"
        users = sorted(set(_users_with(entries, rights)) - _ADMINISTRATORS)
        return f"users may write {place} ({users[0]})" if users else ""
    finally:
        _kernel.LocalFree(descriptor)


def _users_with(entries: ctypes.c_void_p, rights: int) -> "Iterator[str]":
    """Yield the identifiers of users to whom an access list grants any of these rights."""
    number, entry = 0, ctypes.c_void_p()
    while _advapi.GetAce(entries, number, ctypes.byref(entry)):
        found = ctypes.cast(entry, ctypes.POINTER(_Entry)).contents
        # A list can also deny; that only makes it stricter.
        if found.kind == _ALLOWED and not found.flags & _INHERIT_ONLY and found.mask & rights:
            yield _name(ctypes.c_void_p((entry.value or 0) + _Entry.user.offset))
        number += 1


def _name(user: ctypes.c_void_p) -> str:
    """Return the identifier of a user or group as text, such as ``S-1-5-18``."""
    text = wintypes.LPWSTR()
    if not _advapi.ConvertSidToStringSidW(user, ctypes.byref(text)):
        return ""
    try:
        return text.value or ""
    finally:
        _kernel.LocalFree(text)


TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
