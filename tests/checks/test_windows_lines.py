"""What `check` finds in a line on Windows, where most SDKs put it after `cmd /c`."""

import pytest

from credential_process.checks import lines, windows_lines
from credential_process.checks.findings import Subject
from credential_process.system import posix_command_lines
from credential_process.system import windows_command_lines as windows

ARGUMENTS = "get --sso-session corp --account-id 123456789012 --role-name Developer"
PATH = r"C:\Users\me\.local\bin\sso-credential-process.exe"
GOOD = f"{PATH} {ARGUMENTS}"
SUBJECT = Subject("profile", "dev")


def codes(line: str) -> list[str]:
    """Return the codes of all findings about a line on Windows."""
    return [finding.kind.code for finding in lines.check(SUBJECT, line, windows)]


@pytest.mark.parametrize(
    "line",
    [
        GOOD,
        rf"C:\PROGRA~1\SSO-CR~1.EXE {ARGUMENTS}",
        rf"C:\Python312\python.exe -m credential_process {ARGUMENTS}",
        rf"C:\Users\O'Brien\sso-credential-process.exe {ARGUMENTS}",
        rf"\\server\tools\sso-credential-process.exe {ARGUMENTS}",
        r"C:\tools\other.exe --config C:\tools\other.json",
        "aws-vault export --format=json dev",
    ],
)
def test_what_all_callers_read_alike_has_no_finding(line: str) -> None:
    """These are the lines that `configure` writes, and those of other tools that work."""
    assert codes(line) == []


@pytest.mark.parametrize(
    ("line", "found"),
    [
        (r"C:\tools\tool.exe a & calc.exe", ["line-misread"]),
        (GOOD.replace(r"\me", r"\R&D"), ["line-misread"]),
        (GOOD.replace(r"\me", r"\a(b)"), ["line-misread"]),
        (GOOD.replace(r"C:\Users\me", "%USERPROFILE%"), ["line-misread"]),
        (GOOD.replace("corp", '"%A%"'), ["line-misread", "line-cmd-quotes", "line-spaces"]),
        (GOOD.replace("corp", '"a&b"'), ["line-cmd-quotes", "line-spaces"]),
        (GOOD.replace("corp", "'corp'"), ["line-literal-quotes"]),
        (GOOD.replace(r"\me", r"\José"), ["line-letters"]),
        (f'"{GOOD}"', ["line-quoted-whole"]),
        (f'"{PATH}" {ARGUMENTS}', ["line-quoted", "line-cmd-quotes", "line-spaces"]),
        (rf"C:\Program Files\sso-credential-process.exe {ARGUMENTS}", ["line-path-space"]),
        (r"C:\Program Files (x86)\tool.exe get", ["line-misread", "line-path-space"]),
        (GOOD.replace("\\", "/"), ["line-slashes"]),
        (GOOD.replace(".exe", ".cmd"), ["executable-extension"]),
        (GOOD.replace(".exe", ""), ["executable-extension"]),
        (r"C:\tools\tool C:\tools\other.exe", ["executable-extension"]),
        (r"C:\tools\tool.py get", ["executable-extension"]),
        (GOOD.replace("Developer", "a=,b"), ["line-equals-comma"]),
        (f'{GOOD} "', ["line-quotes"]),
        (PATH, ["line-no-argument", "line-arguments"]),
        (GOOD.replace("123456789012", "12345678901"), ["line-arguments"]),
    ],
)
def test_each_misreading_has_its_code(line: str, found: list[str]) -> None:
    """Such a profile works with the AWS CLI, and in no program in Go."""
    assert codes(line) == found


@pytest.mark.parametrize("code", ["line-backslash", "line-windows", "line-single-quotes"])
def test_rules_for_shells_are_those_of_posix(code: str) -> None:
    """Every path of Windows has backslashes, which `sh` removes."""
    line = rf"'C:\tools\tool.exe' ^ {ARGUMENTS}"
    on_posix = [finding.kind.code for finding in lines.check(SUBJECT, line, posix_command_lines)]
    assert (code in on_posix, code in codes(line)) == (code != "line-backslash", False)
    assert "line-backslash" in [
        finding.kind.code for finding in lines.check(SUBJECT, GOOD, posix_command_lines)
    ]


def written(path: str) -> tuple[str, str]:
    """Return a path as `configure` writes it if the disk has short names."""
    return windows.written(path, lambda name: name.replace("Program Files", "PROGRA~1"))


@pytest.mark.parametrize(
    ("line", "proposed"),
    [
        (rf'"C:\Program Files\a.exe" {ARGUMENTS}', r"write C:\PROGRA~1\a.exe in the line"),
        (rf"C:\Program Files\a.exe {ARGUMENTS}", r"write C:\PROGRA~1\a.exe in the line"),
        (rf'"D:\my tools\a.exe" {ARGUMENTS}', "install into a folder without spaces"),
        (f"C:/tools/a.exe {ARGUMENTS}", r"write C:\tools\a.exe in the line"),
    ],
)
def test_a_path_is_proposed_as_configure_writes_it(line: str, proposed: str) -> None:
    """Users copy it into the config file."""
    assert {finding.fix for finding in windows_lines.check(SUBJECT, line, written)} == {proposed}


def test_a_proposed_path_has_no_finding() -> None:
    """A fix must not lead to the next finding."""
    line = rf'"C:\Program Files\sso-credential-process.exe" {ARGUMENTS}'
    text, _ = written(r"C:\Program Files\sso-credential-process.exe")
    assert codes(line) != []
    assert codes(f"{text} {ARGUMENTS}") == []
