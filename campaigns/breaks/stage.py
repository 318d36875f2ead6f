"""A copy of the installed package, in a separate environment, in which protections are broken."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sysconfig
import venv
import xml.etree.ElementTree as ET
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from testing import processes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from campaigns.breaks.table import Break

ROOT = Path(__file__).parents[2]
PACKAGE = "credential_process"
_INSTALLED = Path(sysconfig.get_path("purelib"))
_SCRIPTS = Path(sysconfig.get_path("scripts"))
_PYTEST = "#!{python}\nimport sys\nimport pytest\nsys.exit(pytest.main())\n"
_LONGEST_SECONDS = 120  # for a test, on a machine with other load


class Verdict(Enum):
    """How a test ended; it is ``failed`` if one of several cases fails."""

    PASSED = "passed"
    FAILED = "failed"
    ERROR = "ended in an error, which is not a catch"
    SKIPPED = "was skipped"
    MISSING = "did not run"


class Stage:
    """An environment with everything from this one, and a copy of the package."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        venv.create(folder, symlinks=True)
        self._bin = folder / "bin"
        self._python = self._bin / "python"
        site = next(folder.glob("lib/*/site-packages"))
        self._package = site / PACKAGE
        shutil.copytree(
            _INSTALLED / PACKAGE, self._package, ignore=shutil.ignore_patterns("__pycache__")
        )
        # The copy of the package comes first, and its dependencies afterwards.
        (site / "others.pth").write_text(f"{_INSTALLED}\n")
        for script in _SCRIPTS.iterdir():
            self._adopt(script)
        self._write_script("pytest", _PYTEST.format(python=self._python))

    @contextlib.contextmanager
    def broken(self, one: Break) -> Iterator[None]:
        """Break one protection, and restore it; raises `ValueError` unless its text is there exactly once."""
        file = self._package / one.file
        whole = file.read_text()
        self._write_module(file, one.applied(whole))
        try:
            yield
        finally:
            self._write_module(file, whole)

    def run(self, tests: tuple[str, ...]) -> dict[str, Verdict]:
        """Run tests, and return how each has ended."""
        report = self._folder / "report.xml"
        report.unlink(missing_ok=True)
        command = [
            str(self._bin / "pytest"),
            "-q",
            "-p",
            "no:cacheprovider",
            f"--junit-xml={report}",
        ]
        process = subprocess.Popen(
            [*command, f"--basetemp={self._folder / 'tests'}", *tests],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            process.wait(_LONGEST_SECONDS * (1 + len(tests)))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            processes.end(self._folder)
        cases = ET.parse(report).iter("testcase") if report.exists() else ()
        found = [(case, _verdict(case)) for case in cases]
        return {
            test: _worst([each for case, each in found if _is_of(case, test)]) for test in tests
        }

    def _adopt(self, script: Path) -> None:
        """Copy a script that runs in the other environment, to run in this one."""
        content = script.read_bytes() if script.is_file() else b""
        interpreter, _, program = content.partition(b"\n")
        if interpreter.startswith(b"#!") and str(_SCRIPTS).encode() in interpreter:
            self._write_script(script.name, f"#!{self._python}\n{program.decode()}")

    def _write_script(self, name: str, text: str) -> None:
        path = self._bin / name
        path.write_text(text)
        path.chmod(0o755)

    def _write_module(self, file: Path, text: str) -> None:
        file.write_text(text)
        # Python recognizes compiled code by date and size, which may be the same as before the edit.
        shutil.rmtree(file.parent / "__pycache__", ignore_errors=True)


def _is_of(case: ET.Element, test: str) -> bool:
    """Return whether this is a case of a test, which may be named with its parameters or without."""
    path, _, name = test.partition("::")
    found = case.get("name", "")
    if case.get("classname") != path.removesuffix(".py").replace("/", "."):
        return False
    return name == (found if "[" in name else found.partition("[")[0])


def _verdict(case: ET.Element) -> Verdict:
    ends = {"failure": Verdict.FAILED, "error": Verdict.ERROR, "skipped": Verdict.SKIPPED}
    found = [ends[end.tag] for end in case if end.tag in ends]
    return found[0] if found else Verdict.PASSED


def _worst(verdicts: list[Verdict]) -> Verdict:
    """Return the verdict that counts among those of all cases of a test."""
    order = (Verdict.FAILED, Verdict.ERROR, Verdict.PASSED, Verdict.SKIPPED)
    return next((each for each in order if each in verdicts), Verdict.MISSING)
