"""Processes seen without /proc, as on macOS; run on Linux too, where `ps` is another program with the same options."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from credential_process.system import darwin_surroundings
from testing import processes
from testing.executable import Executable

ASK = "from credential_process.system import darwin_surroundings as us; print(us.{question}())"


def answer(question: str, *caller: str, environment: dict[str, str]) -> str:
    """Return what a Python answers that is run by this caller, which ends after it."""
    command = [*caller, sys.executable, "-c", ASK.format(question=question)]
    home = environment["HOME"]  # not the checkout: what is installed is tested
    return subprocess.check_output(command, env=environment, cwd=home, text=True).strip()


@pytest.fixture
def caller(tmp_path: Path) -> tuple[str, ...]:
    """Return a program with a blank in its path that runs another one, and stays for as long."""
    program = tmp_path / "Some Tools" / "terraform"
    program.parent.mkdir()
    shutil.copy("/bin/bash", program)
    script = program.with_name("script")
    script.write_text('"$@"; exit $?\n')
    return (str(program), str(script))


@pytest.fixture
def python() -> tuple[str, ...]:
    """Return a Python that runs another program."""
    run = "import subprocess, sys; sys.exit(subprocess.run(sys.argv[1:]).returncode)"
    return (sys.executable, "-I", "-c", run)


def test_the_caller_is_named(caller: tuple[str, ...], environment: dict[str, str]) -> None:
    """A user says yes to a program that they know."""
    assert answer("calling_program", *caller, environment=environment) == "terraform"


def test_a_shell_on_the_way_is_not(caller: tuple[str, ...], environment: dict[str, str]) -> None:
    """Most SDKs start the line of a profile by one."""
    shell = ("/bin/sh", "-c", '"$@"; exit $?', "sh")
    assert answer("calling_program", *caller, *shell, environment=environment) == "terraform"


@pytest.mark.parametrize("name", ["terraform", "python"])
def test_python_gives_a_person_time(
    request: pytest.FixtureRequest, environment: dict[str, str], name: str
) -> None:
    """Botocore waits without a limit, and nearly everything else gives up."""
    caller = request.getfixturevalue("caller" if name == "terraform" else "python")
    found = answer("calling_program_waits", *caller, environment=environment)
    assert found == str(name == "python")


def test_a_process_that_has_ended_has_no_name() -> None:
    """The caller may be killed at any moment."""
    ended = subprocess.Popen(["true"])
    ended.wait()
    assert darwin_surroundings._name_and_parent(ended.pid) == ("", 0)


def test_a_program_that_is_missing_answers_nothing() -> None:
    """What cannot be found out costs a name in a prompt, and never an answer."""
    assert darwin_surroundings._output("/nowhere/ps") == ""
    assert darwin_surroundings._output("/bin/false") == ""
    assert darwin_surroundings._output("/bin/echo", "a  b") == "a  b\n"


def test_an_answer_leaves_nothing_open() -> None:
    """It runs inside programs that live for years."""
    before = os.listdir(f"{processes.PROC}/self/fd")
    for command in ("/bin/true", "/nowhere/ps"):
        darwin_surroundings._output(command)
    assert os.listdir(f"{processes.PROC}/self/fd") == before


def test_a_broker_holds_nothing_of_the_caller(get: Executable, tmp_path: Path) -> None:
    """A file that a caller has left open would stay so; and there may be no limit to its number."""
    inherited = tmp_path / "inherited"
    prefix = ("/bin/bash", "-c", f'exec 9>>"{inherited}" 200>>"{inherited}"; "$@"; exit $?', "bash")
    assert get(prefix=prefix).returncode == 0
    broker = processes.last(get.home)
    folder = processes.PROC / str(broker) / "fd"
    targets = {os.readlink(entry) for entry in folder.iterdir()}
    assert str(inherited) not in targets
    assert any(target.endswith("broker.lock") for target in targets)


@pytest.mark.usefixtures("signed_in")
def test_a_host_program_may_have_closed_its_streams(environment: dict[str, str]) -> None:
    """What is opened next has their numbers: a lock then has the one that it is passed on as."""
    program = (
        "import os; os.close(0); os.close(1)\n"
        "from credential_process.library import get_credentials\n"
        "options = dict(sso_session='corp', account_id='111122220001', role_name='Developer')\n"
        "os.write(2, get_credentials(**options).access_key_id[:4].encode())\n"
    )
    command = [sys.executable, "-c", program]
    home = environment["HOME"]
    done = subprocess.run(command, env=environment, cwd=home, stderr=subprocess.PIPE, check=False)
    assert done.stderr == b"ASIA"
