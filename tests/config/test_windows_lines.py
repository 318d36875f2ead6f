"""Lines as Windows callers read them: split, written, and recognized."""

import os
from pathlib import Path

import pytest
from botocore.compat import compat_shell_split
from hypothesis import given
from hypothesis import strategies as st

from credential_process.config import installation, lines, profiles
from credential_process.config.conversion import native_line
from credential_process.config.profiles import Line
from credential_process.config.sections import Sections
from credential_process.errors import UsageError
from credential_process.session_reference import SessionReference
from credential_process.system import command_lines, posix_command_lines
from credential_process.system import windows_command_lines as windows

ARGUMENTS = "get --sso-session corp --account-id 123456789012 --role-name Developer"
DEVELOPER = Line(SessionReference("corp"), "123456789012", "Developer")
# The folders that have 8.3 names in these tests.
SHORT_NAMES = {
    r"C:\Program Files": r"C:\PROGRA~1",
    r"C:\Users\John Doe": r"C:\Users\JOHNDO~1",
    r"C:\Users\José": r"C:\Users\JOS~1",
    r"C:\Program Files (x86)": r"C:\PROGRA~2",
    r"C:\Users\R&D (west)": r"C:\Users\R&D(WE~1",
    r"C:\Users\JOHNDO~1\My Tools": r"C:\Users\JOHNDO~1\MYTOOL~1",
}


def short_path(path: str) -> str:
    """Return the 8.3 name of a path, as on a disk that has such names."""
    return SHORT_NAMES.get(path, path)


def words_of(line: str, split: object) -> list[str] | None:
    """Return the words of a line; None if it cannot be split."""
    assert callable(split)
    try:
        words: list[str] = split(line)
    except ValueError:
        return None
    return words


@given(st.text(st.sampled_from("aé\\\" \t'%"), max_size=16))
def test_words_are_those_of_botocore(line: str) -> None:
    """The AWS CLI and boto3 start these words without a shell."""
    expected = words_of(line, lambda text: compat_shell_split(text, platform="win32"))
    assert words_of(line, windows.split) == expected


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (r"C:\tools\a.exe get", [r"C:\tools\a.exe", "get"]),
        (r'"C:\my tools\a.exe" get', [r"C:\my tools\a.exe", "get"]),
        (r"'C:\my tools\a.exe'", [r"'C:\my", r"tools\a.exe'"]),
        (r'a "b\"c" "" d\\', ["a", 'b"c', "", r"d\\"]),
    ],
)
def test_a_backslash_is_literal_and_only_double_quotes_quote(line: str, words: list[str]) -> None:
    """`shlex` would remove the backslashes of every path."""
    assert words_of(line, windows.split) == words


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (r"C:\tools\a.exe", r"C:\tools\a.exe"),
        ("C:/tools/a.exe", r"C:\tools\a.exe"),
        (r"C:\Program Files\a.exe", r"C:\PROGRA~1\a.exe"),
        (r"C:\Users\John Doe\.local\bin\a.exe", r"C:\Users\JOHNDO~1\.local\bin\a.exe"),
        (r"C:\Users\John Doe\My Tools\a.exe", r"C:\Users\JOHNDO~1\MYTOOL~1\a.exe"),
        (r"C:\Users\José\a.exe", r"C:\Users\JOS~1\a.exe"),
        (r"C:\Program Files (x86)\a.exe", r"C:\PROGRA~2\a.exe"),
        (r"\\server\tools\a.exe", r"\\server\tools\a.exe"),
        (r"D:\my tools\a.exe", r'"D:\my tools\a.exe"'),
        (r"D:\José\a.exe", r"D:\José\a.exe"),
    ],
)
def test_a_path_is_written_without_spaces_where_the_disk_has_short_names(
    path: str, text: str
) -> None:
    """Half of the SDKs accept quotation marks, and none a space without them."""
    assert windows.written(path, short_path) == (text, "")


@pytest.mark.parametrize(
    ("path", "odd"),
    [
        (r"C:\Users\R&D (west)\a.exe", "&("),
        (r"D:\R&D\a.exe", "&"),
        (r"D:\100%\a.exe", "%"),
        (r"D:\a, b (c)\a.exe", "(),"),
    ],
)
def test_characters_that_are_special_to_cmd_are_named(path: str, odd: str) -> None:
    """In `cmd /c`, an ampersand begins a second command."""
    assert windows.written(path, short_path)[1] == odd


@pytest.mark.parametrize(
    "line",
    [
        rf"C:\Users\me\.local\bin\sso-credential-process.exe {ARGUMENTS}",
        rf"C:\Users\me\.local\bin\SSO-Credential-Process.EXE {ARGUMENTS}",
        f"C:/Users/me/sso-credential-process.exe {ARGUMENTS}",
        rf"C:\Users\JOHNDO~1\SSO-CR~1.EXE {ARGUMENTS}",
        rf'"C:\Program Files\sso-credential-process.exe" {ARGUMENTS}',
        rf"C:\Program Files\sso-credential-process.exe {ARGUMENTS}",
        f"sso-credential-process {ARGUMENTS}",
        rf"C:\Python312\python.exe -m credential_process {ARGUMENTS}",
        rf"C:\Python312\python.exe C:\tools\credential_process {ARGUMENTS}",
    ],
)
def test_a_managed_line_is_recognized_with_any_path_of_the_executable(line: str) -> None:
    """`populate` updates and `remove` removes only lines that they recognize."""
    assert profiles.read_line(line, windows) == DEVELOPER


@pytest.mark.parametrize(
    "line",
    [
        rf"C:\tools\my-sso-credential-process.exe {ARGUMENTS}",
        rf"C:\tools\SSO-CX~1.EXE {ARGUMENTS}",
        rf"C:\tools\CREDEN~1.EXE {ARGUMENTS}",
        f"my_credential_process {ARGUMENTS}",
        rf"C:\sso-credential-process\other.exe {ARGUMENTS}",
        rf"C:\tools\sso-credential-process.cmd {ARGUMENTS}",
    ],
)
def test_the_line_of_another_program_is_not_recognized(line: str) -> None:
    """It belongs to the user, and stays as it is."""
    assert profiles.read_line(line, windows) is None


@pytest.mark.parametrize("command", [r"C:\granted\GRANTED.exe", "granted", '"C:/my tools/granted"'])
def test_lines_of_other_tools_are_converted(command: str) -> None:
    """Their paths contain backslashes, too."""
    sections = Sections(
        f"[profile odd]\ncredential_process = {command} credential-process --profile native\n"
        "[profile native]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = Developer\n",
        "config",
    )
    assert native_line(sections.all[0], sections, windows) == DEVELOPER


def test_what_is_written_is_what_is_read() -> None:
    """Each caller must read the words that were written."""
    command, _ = windows.written(
        r"C:\Users\John Doe\.local\bin\sso-credential-process.exe", short_path
    )
    line = DEVELOPER.text(command)
    assert line == rf"C:\Users\JOHNDO~1\.local\bin\sso-credential-process.exe {ARGUMENTS}"
    assert profiles.read_line(line, windows) == DEVELOPER
    # The minio clients split at each blank.
    assert windows.split(line) == line.split()


def test_the_launcher_is_found_without_its_extension(tmp_path: Path) -> None:
    """`sys.argv[0]` in a script of pip has no ``.exe``, and the SDKs need it."""
    launcher = tmp_path / "sso-credential-process.exe"
    launcher.touch()
    found = installation.find(str(tmp_path / "sso-credential-process"), windows)
    assert found == str(launcher)


def test_scripts_are_found_beside_a_python_or_below_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are beside it in a virtual environment, and otherwise in a folder below it."""
    launcher = tmp_path / "Scripts" / "sso-credential-process.exe"
    launcher.parent.mkdir()
    launcher.touch()
    monkeypatch.setattr("sys.executable", str(tmp_path / "python.exe"))
    assert installation.find("", windows) == str(launcher)
    beside = tmp_path / launcher.name
    launcher.rename(beside)
    assert installation.find("", windows) == str(beside)


@pytest.mark.parametrize("name", ["sso-credential-process", "sso-credential-process.cmd"])
def test_a_script_without_the_extension_is_not_the_launcher(tmp_path: Path, name: str) -> None:
    """CreateProcess, which boto3 uses, runs programs only."""
    (tmp_path / name).touch(mode=0o755)
    assert not installation.find(str(tmp_path / name), windows).startswith(str(tmp_path))


class Awkward:
    """The command lines of Windows, with a path that cannot be written."""

    NAME = windows.NAME
    QUOTES = windows.QUOTES
    split = staticmethod(windows.split)
    names = staticmethod(windows.names)
    file_name = staticmethod(posix_command_lines.file_name)
    quote = staticmethod(windows.quote)
    interpreters = staticmethod(windows.interpreters)
    script_folders = staticmethod(windows.script_folders)

    @staticmethod
    def written(path: str) -> tuple[str, str]:
        """Return the problem of a folder, as on a disk without short names."""
        return windows.written(rf"D:\R&D\{os.path.basename(path)}", short_path)


def test_a_path_that_no_caller_would_read_is_refused() -> None:
    """A message is better than a profile that cannot work."""
    with pytest.raises(UsageError, match="has characters that a shell would misread: '&'"):
        installation.command(Awkward())


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("corp", "corp"),
        ("https://d-1.awsapps.com/start", "https://d-1.awsapps.com/start"),
        ("my corp", '"my corp"'),
        ("https://d-1.awsapps.com/start#", '"https://d-1.awsapps.com/start#"'),
        ("a&b", '"a&b"'),
        ("a,b", '"a,b"'),
    ],
)
def test_a_command_can_be_copied_into_cmd_and_powershell(word: str, text: str) -> None:
    """In cmd, the single quotes of `shlex.quote` are part of the word."""
    assert windows.quote(word) == text


@pytest.mark.parametrize(
    "script", [r"C:\Python312\Scripts\aws.cmd", r"C:\tools\env\Scripts\aws.cmd"]
)
def test_the_python_of_a_batch_file_is_looked_for_around_it(script: str) -> None:
    """It contains no path, but `configure plugin` shows the command to install this package there."""
    here, above = windows.interpreters(script)
    assert here == script.replace("aws.cmd", "python.exe")
    assert above == script.replace(r"Scripts\aws.cmd", "python.exe")


def test_both_syntaxes_provide_the_same() -> None:
    """A part that one of them lacks would only be missed on the other system."""
    both: tuple[command_lines.Syntax, command_lines.Syntax] = (posix_command_lines, windows)
    assert [syntax.NAME for syntax in both] == ["posix", "windows"]
    assert command_lines.HERE in both
    assert lines.arguments(f"/opt/sso-credential-process {ARGUMENTS}", both[0]) == ARGUMENTS.split()
