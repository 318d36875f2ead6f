"""Files that their owner has locked against changes: with chflags(1) or the Finder; on Linux with chattr(1)."""

import stat
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from credential_process.system import advice, posix_advice
from testing.executable import Executable
from testing.home import Home

LINE = ("--account-id", "111122220001", "--role-name", "Developer", "--region", "eu-west-1")


@pytest.fixture
def lock() -> Iterator[Callable[[Path], None]]:
    """Return a function that locks a file or folder, as its owner or root does; it is unlocked at the end."""
    locked: list[Path] = []

    def lock(path: Path) -> None:
        done = subprocess.run(
            ["chattr", "+i", str(path)], capture_output=True, text=True, check=False
        )
        if done.returncode:
            pytest.skip(f"cannot lock files here: {done.stderr}")
        locked.append(path)

    yield lock
    for path in locked:
        subprocess.run(["chattr", "-i", str(path)], check=True)


@pytest.mark.parametrize("name", ["config", ""])
def test_a_locked_config_is_named_with_what_unlocks_it(
    command: Callable[[str], Executable],
    home: Home,
    lock: Callable[[Path], None],
    name: str,
) -> None:
    """Some users lock it because tools change it; owner and mode look normal."""
    before = home.config.read_text()
    lock(home.aws / name)
    done = command("configure")("profile", "dev", *LINE, "--yes")
    assert done.returncode == 5
    assert f"; unlock it: sudo chattr -ia {home.aws / name}\n" in done.stderr
    assert home.config.read_text() == before


def test_a_locked_token_is_named_with_what_unlocks_it(
    get: Executable, home: Home, lock: Callable[[Path], None]
) -> None:
    """A copied home may have locked files, and a message about permissions would mislead."""
    assert get().returncode == 0
    home.token_file().write_text("{}")
    lock(home.token_file())
    done = get()
    assert done.returncode == 5
    assert f"unlock it: sudo chattr -ia {home.token_file()}" in done.stderr


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        (0, ""),
        (stat.UF_HIDDEN | stat.UF_COMPRESSED, ""),
        (stat.UF_IMMUTABLE, "chflags nouchg,nouappnd /config"),
        (stat.UF_APPEND | stat.UF_HIDDEN, "chflags nouchg,nouappnd /config"),
        (stat.SF_IMMUTABLE | stat.UF_IMMUTABLE, "sudo chflags noschg,nosappnd /config"),
    ],
)
def test_the_flags_of_macos_are_known(flags: int, expected: str) -> None:
    """`ls -l` does not show them."""
    assert posix_advice._bsd_unlock("/config", flags) == expected


def test_what_is_not_locked_needs_no_command(tmp_path: Path) -> None:
    """Neither a file that cannot be written for another reason, nor one that does not exist."""
    assert advice.unlock(str(tmp_path)) == ""
    assert advice.unlock(str(tmp_path / "missing")) == ""
