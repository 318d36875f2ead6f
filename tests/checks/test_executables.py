"""The executable of a line: it exists, its path is absolute, it can be run, and it starts fast."""

import io
import zipfile
from pathlib import Path

import pip
import pytest

from credential_process.checks import executables
from credential_process.checks.findings import Subject
from testing.executable import PATH

SLOW = """\
#!/bin/sh
# -*- coding: utf-8 -*-
import re
import sys
from credential_process.__main__ import main
"""


@pytest.fixture
def script(tmp_path: Path) -> Path:
    """Make a script that may be executed."""
    script = tmp_path / "sso-credential-process"
    script.write_text("#!/bin/sh\n")
    script.chmod(0o755)
    return script


def codes(path: object) -> list[str]:
    """Return the codes of all findings about an executable."""
    return [finding.kind.code for finding in executables.check(Subject("profile"), str(path))]


def test_our_own_executable_has_no_finding() -> None:
    """The executable as installed for these tests."""
    assert codes(PATH) == []


def test_a_missing_executable_is_found(tmp_path: Path) -> None:
    """After an upgrade of Python or the removal of an environment, the executable is gone."""
    assert codes(tmp_path / "gone") == ["executable-missing"]


def test_a_bare_name_is_found(script: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It works in this terminal, but in no IDE."""
    monkeypatch.setenv("PATH", str(script.parent))
    assert codes(script.name) == ["executable-relative"]


def test_a_bare_name_that_is_not_on_the_path_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """It works in no program."""
    monkeypatch.setenv("PATH", "/nonexistent")
    assert codes("sso-credential-process") == ["executable-relative", "executable-missing"]


def test_a_path_in_the_home_is_looked_up_there(
    script: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The finding of the line is that ~ is wrong; a finding that the file does not exist would not be true."""
    monkeypatch.setenv("HOME", str(script.parent))
    assert codes(f"~/{script.name}") == []
    assert codes("~/gone") == ["executable-missing"]


def test_a_file_that_may_not_be_executed_is_found(script: Path) -> None:
    """Copies often lose the mode."""
    script.chmod(0o644)
    assert codes(script) == ["executable-mode"]


def test_a_script_without_its_interpreter_is_found(script: Path) -> None:
    """The shell reports "not found" about a file that is there."""
    script.write_text("#!/opt/gone/bin/python3\n")
    assert codes(script) == ["executable-interpreter"]


@pytest.mark.parametrize("name", ["re", "pkg_resources", "importlib.metadata"])
def test_a_slow_launcher_is_found(script: Path, name: str) -> None:
    """The scripts of older installers import more than the whole warm path does."""
    script.write_text(SLOW.replace("re\n", f"{name}\n", 1))
    assert codes(script) == ["launcher-slow"]


def test_programs_of_others_are_not_timed(script: Path) -> None:
    """How long other tools take to start is not checked here."""
    script.write_text(SLOW.replace("credential_process", "another"))
    assert codes(script) == []


def launcher(interpreter: str, script: str) -> bytes:
    """Return a launcher for Windows as pip makes it: a program, a shebang line, and an archive."""
    program = Path(pip.__file__).parent / "_vendor" / "distlib" / "t64.exe"
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as opened:
        opened.writestr("__main__.py", script)
    return program.read_bytes() + f"#!{interpreter}\r\n".encode() + archive.getvalue()


@pytest.mark.parametrize("interpreter", [r"C:\gone\python.exe", r'"C:\Program Files\python.exe"'])
def test_a_launcher_whose_python_is_gone_is_found(script: Path, interpreter: str) -> None:
    """After an upgrade of Python the launcher still exists, and fails."""
    script.write_bytes(launcher(interpreter, SLOW.replace("import re\n", "")))
    (finding,) = executables.check(Subject("profile"), str(script))
    assert finding.kind.code == "executable-interpreter"
    assert f"needs {interpreter.strip(chr(34))}, which does not exist" in finding.message


def test_a_slow_script_in_a_launcher_is_found(script: Path) -> None:
    """The scripts of an older pip import as much on Windows."""
    script.write_bytes(launcher(r"C:\gone\python.exe", SLOW))
    assert codes(script) == ["executable-interpreter", "launcher-slow"]


def test_a_program_that_is_no_launcher_has_no_finding(script: Path) -> None:
    """A tool in another language contains no path of a Python."""
    script.write_bytes(b"MZ" + bytes(2048))
    assert codes(script) == []
