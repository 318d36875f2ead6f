"""Completion by Tab, in the shells themselves."""

import shutil
import subprocess
from collections.abc import Callable

import pytest

from tests.executable import PATH, Executable
from tests.home import Home

# What a person would press Tab after, and what bash is asked for it.
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
        (("configure", "populate", "--role-name-case", "u"), ["upper"]),
        (("login", "--sso-session", ""), ["corp"]),
        (("login", "--profile", "de"), ["dev"]),
        (("configure", "remove", "--session", "c"), ["corp"]),
        (("configure", "export", "d"), ["dev"]),
    ],
)
def test_bash_completes(
    complete: Callable[..., list[str]], home: Home, words: tuple[str, ...], expected: list[str]
) -> None:
    """Names of sessions and profiles are what nobody remembers."""
    with home.config.open("a") as config:
        config.write("[profile dev]\nregion = x\n")
    assert complete("sso-credential-process", *words) == expected


def test_a_broken_config_completes_nothing(complete: Callable[..., list[str]], home: Home) -> None:
    """An error in the middle of a line that is being typed helps nobody."""
    home.config.write_text("broken")
    assert complete("sso-credential-process", "login", "--sso-session", "") == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_shell_reads_its_lines(command: Callable[[str], Executable], shell: str) -> None:
    """Checked by the shell itself where it is installed."""
    done = command("completion")(shell)
    assert (done.returncode, "_SSO_CREDENTIAL_PROCESS_COMPLETE" in done.stdout) == (0, True)
    if shutil.which(shell):
        subprocess.run([shell, "-n"], input=done.stdout, text=True, check=True)
