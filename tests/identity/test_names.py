"""Names that a file system may take for one another, or for a device: each gets a document of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from credential_process.sandbox import Sandbox
from testing.executable import Executable
from testing.home import Home
from testing.people import Person
from testing.proof import issued

ROLE_NAMES = (
    "Developer", "developer", "DEVELOPER", "nul", "NUL", "nul.txt", "con", "aux", "prn", "com1", "lpt9",
    "conin@", "role", "role.", "role..", "role.=", "Role.", "...", ".role",
)  # fmt: skip
SESSION_NAMES = ("corp", "Corp", "CORP", "con", "nul.txt", "lab", "lab.", "lab..", "a b", "日本")
# https://learn.microsoft.com/windows/win32/fileio/naming-a-file
DEVICES = {
    "con", "prn", "aux", "nul", "conin$", "conout$",
    *(f"{port}{number}" for port in ("com", "lpt") for number in range(10)),
}  # fmt: skip


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """Serve roles of all these names."""
    with Sandbox(accounts=1, roles=ROLE_NAMES) as sandbox:
        yield sandbox
    assert sandbox.defects == []


def folded(name: str) -> str:
    """Return what a name is to a file system that folds case and drops dots and blanks at the end."""
    return name.casefold().rstrip(". ")


def confused(names: list[str]) -> list[str]:
    """Return the names that some file system takes for another one, for a device, or for nothing."""
    keys = [folded(name) for name in names]
    return [
        name
        for name, key in zip(names, keys, strict=True)
        if keys.count(key) > 1
        or key.partition(".")[0] in DEVICES
        or not key
        or name.startswith(".")
    ]


def files(folder: Path) -> list[str]:
    """Return the names in a folder."""
    return sorted(path.name for path in folder.iterdir())


def test_every_role_name_has_a_document_of_its_own(
    get: Executable, home: Home, sandbox: Sandbox, nobody: Person
) -> None:
    """Homes lie on macOS, on Windows, on network disks of both; two roles must never share a file."""
    home.sign_in(sandbox)
    environment = {**get.environment, "BROWSER": nobody.browser}
    for _ in range(2):
        for role_name in ROLE_NAMES:
            done = get(*get.arguments[:-1], role_name, environment=environment)
            assert issued(sandbox, done).role_name == role_name
    assert sandbox.counters()["role_credentials"] == len(ROLE_NAMES)
    (folder,) = home.state.glob("*/roles/*")
    names = files(folder)
    assert (len(names), confused(names)) == (len(ROLE_NAMES), [])
    assert "developer" in names


def test_every_session_name_has_a_folder_of_its_own(
    get: Executable, home: Home, sandbox: Sandbox, nobody: Person
) -> None:
    """Two customers' sessions may differ in a capital letter."""
    environment = {**get.environment, "BROWSER": nobody.browser}
    for name in SESSION_NAMES:
        if name != "corp":
            home.add_session(sandbox, name)
        home.sign_in(sandbox, name, user_name=f"user of {name}")
    for _ in range(2):
        for name in SESSION_NAMES:
            done = get("--sso-session", name, *get.arguments[2:], environment=environment)
            assert issued(sandbox, done).user_name == f"user of {name}"
    assert sandbox.counters()["role_credentials"] == len(SESSION_NAMES)
    names = files(home.state)
    assert (len(names), confused(names)) == (len(SESSION_NAMES), [])


@pytest.mark.parametrize("name", ["nul", "Developer.", "a", "x" * 64])
def test_the_check_of_names_can_fail(name: str) -> None:
    """A guard that finds nothing wrong with anything would prove nothing."""
    assert bool(confused([name, "b"])) == (name == "nul")
    assert confused([name, name.upper() + "."]) != []
