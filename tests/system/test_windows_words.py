"""Texts for users of Windows contain no command of another system, in hints and in tables."""

import ast
import inspect
import re
from pathlib import Path
from types import ModuleType

import pytest

import credential_process
from credential_process.checks import filesystem
from credential_process.system import (
    posix_advice,
    posix_privacy,
    windows_advice,
    windows_privacy,
)

PACKAGE = Path(credential_process.__file__).parent
# Commands that cmd and PowerShell lack, or that differ there.
OF_POSIX = re.compile(
    r"\b(chmod|chown|sudo|unset|kill|sed -i) |\bmode 0|timedatectl|hwclock|/usr/bin/|\$HOME"
    r"|(?<!sso-credential-process )(?<!configure )\bexport "  # the commands of this package are for all
)
# The output of `export` for a shell that the user names, and rules for lines that `sh` reads.
FOR_POSIX_ALONE = {"cli/export_formats.py", "checks/posix_lines.py"}
ARGUMENTS = {"path": r"C:\tools\a.exe", "name": "AWS_PROFILE", "value": "dev", "line": '"a" b'}


def functions(module: ModuleType) -> dict[str, list[str]]:
    """Return the public functions of a module, with the names of their parameters."""
    return {
        name: list(inspect.signature(value).parameters)
        for name, value in vars(module).items()
        if inspect.isfunction(value) and not name.startswith("_")
    }


def test_both_systems_have_the_same_functions_of_advice() -> None:
    """A function that one of them lacks would cause an error in place of a hint."""
    assert functions(posix_advice) == functions(windows_advice)


def test_both_systems_answer_who_reads_a_file() -> None:
    """The same, for `check`."""
    assert functions(posix_privacy).keys() == functions(windows_privacy).keys()


# Windows has no locked files.
@pytest.mark.parametrize("name", sorted(functions(windows_advice).keys() - {"unlock"}))
def test_advice_for_windows_has_no_command_of_posix(name: str) -> None:
    """Users copy it into cmd or PowerShell, which do not know such commands."""
    parameters = functions(windows_advice)[name]
    text = getattr(windows_advice, name)(*(ARGUMENTS.get(each, "A") for each in parameters))
    assert text
    assert not OF_POSIX.search(text)


def test_macos_sets_its_clock_otherwise() -> None:
    """It has no timedatectl."""
    assert "sntp" in posix_advice._clock_command("darwin")
    assert "timedatectl" in posix_advice._clock_command("linux")


def hints() -> dict[str, list[str]]:
    """Return the texts of the product with a command of POSIX, by file; docstrings do not count."""
    found: dict[str, list[str]] = {}
    for path in PACKAGE.rglob("*.py"):
        name = path.relative_to(PACKAGE).as_posix()
        if name.startswith(("sandbox/", "system/posix_", "system/linux_", "system/darwin_")):
            continue
        tree = ast.parse(path.read_text())
        documentation = {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            text = node.value if isinstance(node, ast.Constant) else None
            if isinstance(text, str) and node not in documentation and OF_POSIX.search(text):
                found.setdefault(name, []).append(text)
    return found


def test_no_command_of_posix_is_outside_of_the_advice_for_posix() -> None:
    """A hint in any other module is also shown on Windows."""
    assert {name: texts for name, texts in hints().items() if name not in FOR_POSIX_ALONE} == {}


@pytest.mark.parametrize(
    "text", ["chmod go-w config", "sudo chown -R me x", "export AWS_PROFILE=dev", "with mode 0700"]
)
def test_a_command_of_posix_is_found(text: str) -> None:
    """The positive control: a guard that finds nothing would pass for ever."""
    assert OF_POSIX.search(text)


@pytest.mark.parametrize(
    ("folder", "is_inside"),
    [
        (r"C:\Users\me\.aws\sso-credential-process", True),
        (r"c:/users/ME/state", True),
        (r"C:\Users\me", True),
        (r"C:\Users\me2\state", False),
        (r"D:\state", False),
        (r"C:\Users\me\..\you\state", False),
    ],
)
def test_only_what_is_in_the_profile_is_known_to_be_private(
    folder: str, *, is_inside: bool
) -> None:
    """It inherits an access list; nothing is known about other folders."""
    assert windows_privacy.can_be_seen(folder, r"C:\Users\me") == is_inside


def test_a_state_folder_outside_of_the_profile_is_reported() -> None:
    """It contains tokens, and nothing shows who can read them."""
    found = filesystem.outside(
        r"D:\state", can_be_seen=lambda folder: windows_privacy.can_be_seen(folder, r"C:\Users\me")
    )
    assert [finding.kind.code for finding in found] == ["state-outside-profile"]
    assert not list(filesystem.outside("/anywhere"))


def test_modes_are_no_finding_on_windows(tmp_path: Path) -> None:
    """Python reports 0777 for every folder there, whichever users can read it."""
    tmp_path.chmod(0o777)
    path = str(tmp_path)
    assert windows_privacy.others_write(path) is None
    assert windows_privacy.others_read(path) is None
    assert windows_privacy.others_replace(path) is None
    assert windows_privacy.refusal(tmp_path.stat()) == ""
    assert windows_privacy.foreign(path) == ([], "")
    assert posix_privacy.others_write(path) is not None


def test_a_value_is_safe_between_the_quotes_of_powershell() -> None:
    """Users copy it from the terminal, and it may contain a path."""
    assert windows_advice.assignment("A", "O'Brien $(x)") == "$Env:A = 'O''Brien $(x)'"
