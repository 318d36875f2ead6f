"""Linux under Windows (WSL): the page opens in the browser of Windows, which can reach the listener.

The drives of Windows are mounts with the names of the drives, in a folder that the user chooses (wsl.conf(5)), and
programs on them can be run. Both are doubles here.
"""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from credential_process.sandbox import Sandbox
from testing.executable import Executable
from testing.people import Person

ROOT = () if os.geteuid() == 0 else ("--map-root-user",)
MOUNTS = ("unshare", *ROOT, "--mount")
MOUNT = 'mount -t tmpfs "$1" "$2" && cp -r "$3/." "$2" && shift 3 && exec "$@"'
PROGRAM = "Windows/System32/rundll32.exe"
RUN = """\
#!/bin/sh
[ "$#" = 2 ] && [ "$1" = url.dll,FileProtocolHandler ] || exit 1
setsid {browser} "$2" </dev/null >/dev/null 2>&1 &
"""
WSL = {"WSL_DISTRO_NAME": "Debian", "WSL_INTEROP": "/run/WSL/1_interop"}


def may_mount() -> bool:
    """Return whether mount namespaces can be made here."""
    command = shutil.which("unshare")
    return command is not None and (
        subprocess.run([*MOUNTS, "true"], check=False, capture_output=True).returncode == 0
    )


needs_mounts = pytest.mark.skipif(not may_mount(), reason="may not mount here (unshare --mount)")


@pytest.fixture
def with_drive(tmp_path: Path, person: Person) -> Callable[..., tuple[str, ...]]:
    """Return a function that makes a command run where a drive of Windows is mounted."""
    content = tmp_path / "content"
    program = content / PROGRAM
    program.parent.mkdir(parents=True)
    program.write_text(RUN.format(browser=person.browser.removesuffix(" %s")))
    program.chmod(0o755)

    def with_drive(drive: str, folder: str) -> tuple[str, ...]:
        place = tmp_path / folder
        place.mkdir(parents=True)
        return (*MOUNTS, "sh", "-c", MOUNT, "sh", drive, str(place), str(content))

    return with_drive


@pytest.fixture
def wsl(get: Executable) -> dict[str, str]:
    """Return the environment of WSL without a `$BROWSER`."""
    return WSL | {name: value for name, value in get.environment.items() if name != "BROWSER"}


@needs_mounts
@pytest.mark.parametrize(
    ("drive", "folder"),
    [("C:\\", "mnt/c"), ("C:", "c"), ("D:\\", "Windows drives/d"), ("drvfs", "mnt/e")],
)
def test_the_browser_of_windows_opens_the_page(
    get: Executable,
    with_drive: Callable[..., tuple[str, ...]],
    wsl: dict[str, str],
    person: Person,
    drive: str,
    folder: str,
) -> None:
    """Drives are mounted in `/mnt` or in another folder; WSL 1 and 2 write the name differently."""
    done = get(prefix=with_drive(drive, folder), environment=wsl)
    assert (done.returncode, done.stderr) == (0, "")
    assert len(person.arrivals()) == 1


@needs_mounts
def test_a_named_browser_comes_first(
    get: Executable,
    with_drive: Callable[..., tuple[str, ...]],
    wsl: dict[str, str],
    people: Callable[..., Person],
    person: Person,
) -> None:
    """Some users set it to `wslview` or to a browser of Linux."""
    other = people()
    done = get(prefix=with_drive("C:\\", "c"), environment={**wsl, "BROWSER": other.browser})
    assert (done.returncode, done.stderr) == (0, "")
    assert (len(other.arrivals()), person.arrivals()) == (1, [])


def test_without_the_drives_there_is_nobody_to_ask(
    get: Executable, wsl: dict[str, str], sandbox: Sandbox
) -> None:
    """If wsl.conf disables them, no program of Windows can be found, and waiting would not help."""
    done = get(environment=wsl)
    assert (done.returncode, sandbox.requests()) == (3, [])
