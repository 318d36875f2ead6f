"""The commands that users of Windows type, and how their tools read the output."""

import json
import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from credential_process.sandbox import Sandbox
from testing.events import until
from testing.home import Home
from testing.terminal import Terminal
from testing.wine import EXECUTABLE, PYTHON, Executable, Windows, windows_path

BOTOCORE = """
import botocore.session
for name in ("Development.Developer", "Staging.Administrator"):
    session = botocore.session.Session(profile=name)
    print(session.get_config_variable("region"), session.get_credentials().get_frozen_credentials().access_key)
"""
TOOL = "import os, sys; print(os.environ['AWS_ACCESS_KEY_ID']); sys.exit(7)"
KEYS = {
    "AWS_ACCESS_KEY_ID": "AccessKeyId",
    "AWS_SECRET_ACCESS_KEY": "SecretAccessKey",
    "AWS_SESSION_TOKEN": "SessionToken",
}


@pytest.mark.usefixtures("signed_in")
def test_populated_profiles_are_read_by_botocore(
    get: Executable, command: Callable[[str], Executable], home: Home
) -> None:
    """SDKs on Windows need the full path in the line, with `.exe`."""
    populated = command("configure")("populate", "--region", "eu-west-1", "--yes")
    assert populated.returncode == 0
    assert f"credential_process = {windows_path(EXECUTABLE)} get " in home.config.read_text()
    botocore = (windows_path(PYTHON), "-I", "-c", BOTOCORE)
    done = get.windows.start(botocore, get.environment).finish()
    assert (done.returncode, done.stderr) == (0, "")
    assert re.fullmatch(r"(eu-west-1 ASIA\w+\r\n){2}", done.stdout)


@pytest.mark.usefixtures("signed_in")
def test_a_status_bar_has_one_line(
    get: Executable, command: Callable[[str], Executable], home: Home
) -> None:
    """The line of a profile has backslashes there, and pipes have a code page."""
    with home.config.open("a") as config:
        config.write(f"\n[profile dev]\ncredential_process = {' '.join(get.line())}\n")
    form = ("--format", "{profile} {role} {signed_in}")
    done = command("status")("--short", "--profile", "dev", *form)
    assert (done.returncode, done.stderr, done.stdout) == (0, "", "dev Developer +\n")


@pytest.mark.usefixtures("signed_in")
def test_a_tool_runs_with_credentials(
    get: Executable, command: Callable[[str], Executable], role: tuple[str, ...]
) -> None:
    """Windows cannot replace one process with another: `run` waits for the tool, and returns its exit code."""
    key = json.loads(get().stdout)["AccessKeyId"]
    done = command("run")(*role, "--", windows_path(PYTHON), "-c", TOOL)
    assert (done.returncode, done.stdout.strip(), done.stderr) == (7, key, "")


@pytest.mark.usefixtures("signed_in")
def test_shells_of_windows_can_read_credentials(
    get: Executable, command: Callable[[str], Executable], role: tuple[str, ...], home: Home
) -> None:
    """`cmd` runs the printed lines; there is no PowerShell here, so its lines are compared with its documentation."""
    credentials = json.loads(get().stdout)
    export = command("export")
    line = " ".join(export.line(*role, "--format", "windows-cmd"))
    script = f"cmd.exe /C {line} > keys.cmd && call keys.cmd && set AWS_"
    in_cmd = get.windows.start(script, get.environment).finish()
    assert (in_cmd.returncode, in_cmd.stderr) == (0, "")
    assert {f"{name}={credentials[key]}" for name, key in KEYS.items()} <= set(
        in_cmd.stdout.splitlines()
    )
    powershell = export(*role, "--format", "powershell").stdout.splitlines()
    assert powershell[:3] == [f'$Env:{name}="{credentials[key]}"' for name, key in KEYS.items()]
    assert (home.path / "keys.cmd").exists()


def test_a_code_is_shown_on_the_console(
    get: Executable, terminal: Terminal, sandbox: Sandbox
) -> None:
    """SDKs capture stdout and stderr, so the code is shown on the console, as over SSH."""
    there = {name: value for name, value in get.environment.items() if name != "BROWSER"}
    with Windows(terminal) as console:
        login = {**there, "SSH_CONNECTION": "192.0.2.1 50000 192.0.2.2 22"}
        caller = replace(get, windows=console).start(environment=login)
        until(lambda: re.search(r"[A-Z]{4}-[A-Z]{4}", terminal.text()), "the code is shown")
        assert sandbox.approve() == 1
        done = caller.finish()
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith('{"Version":1,')
