"""The doubles of macOS: the other tests prove nothing without them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from testing import processes
from tests.macos.conftest import WORLD


def shown(program: str, environment: dict[str, str]) -> str:
    """Return the output of a Python program that runs like the product."""
    command = [sys.executable, "-c", program]
    return subprocess.check_output(command, env=environment, cwd=environment["HOME"], text=True)


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        ("import sys; print(sys.platform)", "darwin\n"),
        ("import os; print(os.sysconf('SC_OPEN_MAX'))", f"{2**63 - 1}\n"),
        ("import os; print(os.listdir('/proc'))", "[]\n"),
        ("import sysconfig; print(sysconfig.get_config_var('SOABI')[:7])", "cpython\n"),
        ("import fcntl; print(fcntl.F_FULLFSYNC)", "51\n"),
        ("import os; print(os.confstr(65537))", "/tmp/T/\n"),
        ("import urllib.request; print(urllib.request.getproxies())", "{}\n"),
    ],
)
def test_python_looks_as_on_macos(environment: dict[str, str], program: str, expected: str) -> None:
    """Otherwise these would be tests of Linux."""
    assert shown(program, {**environment, "DARWIN_USER_TEMP_DIR": "/tmp/T/"}) == expected


def test_a_lock_is_not_passed_on_to_its_own_number(environment: dict[str, str]) -> None:
    """Linux allows it, so only a double finds code that does it."""
    program = (
        "import os\n"
        "try: os.posix_spawn('/bin/true', ['true'], {}, file_actions=[(os.POSIX_SPAWN_DUP2, 1, 1)])\n"
        "except OSError as error: print(error.strerror)\n"
    )
    assert shown(program, environment) == "Bad file descriptor\n"


def test_the_tests_see_processes(environment: dict[str, str], tmp_path: Path) -> None:
    """A helper that saw none would always find that nothing outlives a test."""
    sleeper = subprocess.Popen(["sleep", "1000"], env={**environment, "HOME": str(tmp_path)})
    try:
        assert processes.of(tmp_path) == {sleeper.pid: "sleep 1000"}
    finally:
        processes.end(tmp_path)
        sleeper.wait()


@pytest.mark.parametrize("columns", ["ppid=,comm=", "ppid"])
def test_bsd_prints_a_headline(columns: str) -> None:
    """A common mistake with ps: on Linux, each field in a list can suppress its header."""
    command = ["/bin/ps", "-o", columns, "-p", str(os.getpid())]
    assert len(subprocess.check_output(command, text=True).splitlines()) == 2 - ("=" not in columns)


def test_a_folder_ignores_case() -> None:
    """The tests with names of roles run there."""
    folder = Path(WORLD, "case-blind")
    (folder / "Name").touch()
    assert (folder / "nAME").exists()
