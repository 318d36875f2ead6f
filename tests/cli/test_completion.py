"""Completion with Tab, in the shells themselves."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from credential_process.sandbox import Sandbox
from testing.events import until
from testing.executable import PATH, Executable
from testing.home import Home
from testing.terminal import Terminal
from tests.cli.conftest import SignIn

PROFILES = """
[profile dev]
region = x
[profile made]
# sso-credential-process: configured for corp
region = x
"""
# The words before Tab is pressed, and how bash is asked for completions.
BASH = """
source /dev/stdin <<< "$({path} completion bash)"
COMP_WORDS=({words}) COMP_CWORD={index}
_sso_credential_process_completion {path}
printf '%s\\n' "${{COMPREPLY[@]}}"
"""


@pytest.fixture
def complete(command: Callable[[str], Executable]) -> Callable[..., list[str]]:
    """Return what bash offers after these words."""
    environment = dict(command("completion").environment)
    environment["PATH"] = f"{PATH.parent}:{environment['PATH']}"

    def complete(*words: str) -> list[str]:
        script = BASH.format(path=PATH, words=" ".join(map(repr, words)), index=len(words) - 1)
        done = subprocess.run(
            ["bash", "--norc", "-c", script],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.split()

    return complete


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("conf",), ["configure"]),
        (("configure", "po"), ["populate"]),
        (("configure", "populate", "--trim-a"), ["--trim-account-name"]),
        (("configure", "populate", "--na"), ["--native"]),
        (("configure", "profile", "--leg"), ["--legacy"]),
        (("configure", "populate", "--role-name-case", "u"), ["upper"]),
        (("login", "--sso-session", ""), ["corp"]),
        (("login", "--profile", "de"), ["dev"]),
        (("configure", "remove", "--session", "c"), ["corp"]),
        (("configure", "export", "d"), ["dev"]),
        (("configure", "remove", ""), ["made"]),
        (("configure", "profile", "d"), ["dev"]),
        (("get", "--sso-session", ""), ["corp"]),
        (("login", ""), ["corp", "dev", "made"]),
        (("logout", "c"), ["corp"]),
        (("status", "d"), ["dev"]),
        (("roles", "--profile", "d"), ["dev"]),
        (("check", "d"), ["dev"]),
        (("cons",), ["console"]),
        (("console", "--profile", "d"), ["dev"]),
        (("export", "--format", "cred"), ["credential-export"]),
        (("admin", "lookup", "perm"), ["permission-set"]),
        (("admin", "assignments", "--profile", "de"), ["dev"]),
    ],
)
def test_bash_completes(
    complete: Callable[..., list[str]], home: Home, words: tuple[str, ...], expected: list[str]
) -> None:
    """Names of sessions and profiles are hard to remember."""
    with home.config.open("a") as config:
        config.write(PROFILES)
    assert complete("sso-credential-process", *words) == expected


@pytest.mark.usefixtures("lab")
@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("run", "--account-id", "1111222200"), ["111122220001", "111122220002", "111122220003"]),
        (("console", "--role-name", "A"), ["Administrator"]),
        (("roles", "--account", "111122220003"), ["111122220003"]),
        (("configure", "populate", "--role", "D"), ["Developer"]),
        (("get", "--account-id", "999999999999", "--role-name", "D"), []),
        (("get", "--sso-session", "corp", "--role-name", "D"), ["Developer"]),
        (("get", "--sso-session", "lab", "--role-name", "D"), []),
        (("export", "--sso-session", "lab", "--role-name", "D"), []),
        (("export", "--profile", "nosuch", "--role-name", "D"), []),
    ],
)
def test_accounts_and_roles_are_completed_from_the_list(
    complete: Callable[..., list[str]],
    command: Callable[[str], Executable],
    sandbox: Sandbox,
    sign_in: SignIn,
    words: tuple[str, ...],
    expected: list[str],
) -> None:
    """Few users know twelve digits by heart; another session has others, and Tab must not wait for AWS."""
    sign_in()
    assert command("roles")("--sso-session", "corp").returncode == 0
    before = len(sandbox.requests())
    assert complete("sso-credential-process", *words) == expected
    assert len(sandbox.requests()) == before


def test_without_a_list_no_role_is_completed(complete: Callable[..., list[str]]) -> None:
    """On a new computer there is none."""
    assert complete("sso-credential-process", "run", "--role-name", "") == []


@pytest.mark.parametrize(("start", "end"), [(b"\xef\xbb\xbf", b""), (b"", b"# gr\xfc\xdfe\n")])
def test_a_profile_to_remove_is_completed_in_a_file_that_is_not_plain_utf_8(
    complete: Callable[..., list[str]], home: Home, start: bytes, end: bytes
) -> None:
    """`configure remove` can remove it."""
    made = PROFILES[PROFILES.index("[profile made]") :].encode()
    home.config.write_bytes(start + made + end)
    assert complete("sso-credential-process", "configure", "remove", "") == ["made"]


def test_a_broken_config_completes_nothing(complete: Callable[..., list[str]], home: Home) -> None:
    """An error message in the middle of a command line would not help."""
    home.config.write_text("broken")
    assert complete("sso-credential-process", "login", "--sso-session", "") == []
    assert complete("sso-credential-process", "run", "--role-name", "") == []


@pytest.mark.skipif(shutil.which("fish") is None, reason="fish is not installed")
def test_fish_completes(environment: dict[str, str], home: Home) -> None:
    """Its file is read when the first word is typed."""
    file = home.path / ".config" / "fish" / "completions" / "sso-credential-process.fish"
    file.parent.mkdir(parents=True)
    file.write_text(lines_for("fish", environment))
    home.config.write_text(home.config.read_text() + PROFILES)

    def completed(words: str) -> list[str]:
        fish = ("fish", "-c", f"complete -C 'sso-credential-process {words}'")
        done = subprocess.run(fish, env=environment, capture_output=True, text=True, check=True)
        return done.stdout.splitlines()

    assert completed("login --sso-session ") == ["corp"]
    assert completed("logout ") == ["corp", "dev", "made"]
    assert completed("configure remove ") == ["made"]
    # The description is that of `--help`, and does not end at its comma.
    assert completed("conf") == ["configure\tAdd, update and remove profiles in ~/.aws/config."]


@pytest.mark.skipif(shutil.which("zsh") is None, reason="zsh is not installed")
def test_zsh_completes_at_every_tab(
    environment: dict[str, str], home: Home, terminal: Terminal
) -> None:
    """If the names of a function and its file differed, it was called at the first Tab, but not at the second."""
    folder = home.path / ".zfunc"
    folder.mkdir()
    (folder / "_sso-credential-process").write_text(lines_for("zsh", environment))
    (home.path / ".zshrc").write_text(
        "fpath+=~/.zfunc; autoload -U compinit; compinit -u -D; PS1='> '\n"
    )
    zsh = subprocess.Popen(
        [*terminal.everything, "zsh", "-d", "-i"],
        stdin=terminal.keyboard,
        env=environment,
        start_new_session=True,
    )
    until(lambda: "> " in terminal.text(), "the prompt is there")

    def completed(times: int) -> Callable[[], bool]:
        return lambda: terminal.text().count("corp") == times

    for turn, words in enumerate(("login --sso-session c", "login c", "login --sso-session c"), 1):
        terminal.press(f"sso-credential-process {words}\t")
        until(completed(turn), f"Tab {turn} completes")
        terminal.press("\x15")  # clears the line
    terminal.press("exit\r")
    assert zsh.wait() == 0


# What PowerShell asks for after these words: the number of the word to complete, and the completions.
POWERSHELL = [
    ("login --sso-session ", 3, ["corp"]),
    ("conf", 1, ["configure"]),
    ("check d", 2, ["dev"]),
    ("login d", 2, ["dev"]),
    ("configure remove ", 3, ["made"]),
]


@pytest.mark.parametrize(("words", "index", "expected"), POWERSHELL)
def test_powershell_is_answered(
    environment: dict[str, str], home: Home, words: str, index: int, expected: list[str]
) -> None:
    """PowerShell is not available here: this sends the request of the printed script, and reads the answer like it."""
    with home.config.open("a") as config:
        config.write(PROFILES)
    asked = {
        "_SSO_CREDENTIAL_PROCESS_COMPLETE": "powershell_complete",
        "COMP_WORDS": f"sso-credential-process {words}",
        "COMP_CWORD": str(index),
    }
    done = subprocess.run(
        [PATH], env={**environment, **asked}, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[1::3] == expected


def test_the_script_for_powershell_registers_itself(environment: dict[str, str]) -> None:
    """Users add it to their profile, and it sends the request that the test above sends."""
    script = lines_for("powershell", environment)
    assert script.startswith(
        "Register-ArgumentCompleter -Native -CommandName sso-credential-process -ScriptBlock {"
    )
    assert "$env:_SSO_CREDENTIAL_PROCESS_COMPLETE = 'powershell_complete'" in script


OLD_CLICK = """
import sys
from click import shell_completion
del shell_completion._available_shells["powershell"]
from credential_process.cli import main
sys.argv[1:] = ["completion", "powershell"]
sys.exit(main())
"""


def test_an_older_click_has_nothing_for_powershell(environment: dict[str, str]) -> None:
    """Debian's click completes in the other shells only, and everything else works with it."""
    done = subprocess.run(
        [sys.executable, "-c", OLD_CLICK],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "completion for powershell needs click 8.5" in done.stderr


@pytest.mark.parametrize(("version", "is_named"), [("3.2.57(1)-release", True), ("5.2.15", False)])
def test_a_bash_that_is_too_old_is_named(
    environment: dict[str, str], tmp_path: Path, version: str, *, is_named: bool
) -> None:
    """The bash of macOS is of 2007, and Tab would only print errors in it."""
    bash = tmp_path / "bash"
    bash.write_text(f"#!/bin/sh\necho '{version}'\n")
    bash.chmod(0o755)
    done = subprocess.run(
        [PATH, "completion", "bash"],
        env={**environment, "PATH": f"{tmp_path}:{environment['PATH']}"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ("needs bash 4.4, and the bash on PATH is 3.2" in done.stderr) == is_named
    assert done.stdout


def lines_for(shell: str, environment: dict[str, str]) -> str:
    """Return the lines that `completion` prints for a shell."""
    done = subprocess.run(
        [PATH, "completion", shell], env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout
