"""The command in profiles: a script with an absolute path, or an error."""

import subprocess
import sys
from pathlib import Path

import pytest

# Run as a module, by an interpreter without scripts in its folder.
PROGRAM = """\
import sys
sys.executable = "/nowhere/python"
from credential_process.config import installation
print(installation.command())
"""


@pytest.fixture
def done(tmp_path: Path) -> subprocess.CompletedProcess[str]:
    """Ask for the command in a home that may have a script."""
    return subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def script(tmp_path: Path) -> Path:
    """Make the script that `pip install --user` installs, in a folder that may not be on PATH."""
    script = tmp_path / ".local" / "bin" / "sso-credential-process"
    script.parent.mkdir(parents=True)
    script.write_text("")
    return script


def test_without_a_script_no_profile_is_written(done: subprocess.CompletedProcess[str]) -> None:
    """`python -m` would run modules in the folder where an SDK is used, such as a stranger's repository."""
    assert (done.stdout, done.returncode) == ("", 1)
    assert "the script sso-credential-process was not found" in done.stderr


def test_a_script_of_a_users_installation_is_found(
    script: Path, done: subprocess.CompletedProcess[str]
) -> None:
    """The line has to contain its path in any case."""
    assert done.stdout == f"{script}\n"
