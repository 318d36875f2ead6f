"""Processes without /proc, as on macOS; also run on Linux, where `ps` is another program with the same options."""

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
    """Return the answer of a Python that is run by this caller, which ends afterwards."""
    command = [*caller, sys.executable, "-c", ASK.format(question=question)]
    home = environment["HOME"]  # not the checkout: the installed package is tested
    return subprocess.check_output(command, env=environment, cwd=home, text=True).strip()


@pytest.fixture
def caller(tmp_path: Path) -> tuple[str, ...]:
    """Return a program with a space in its path that runs another one, and waits for it."""
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
    """Users only approve a program that they know."""
    assert answer("calling_program", *caller, environment=environment) == "terraform"


def test_a_shell_in_between_is_not_named(
    caller: tuple[str, ...], environment: dict[str, str]
) -> None:
    """Most SDKs start the line of a profile with a shell."""
    shell = ("/bin/sh", "-c", '"$@"; exit $?', "sh")
    assert answer("calling_program", *caller, *shell, environment=environment) == "terraform"


@pytest.mark.parametrize("name", ["terraform", "python"])
def test_a_python_program_waits_for_the_user(
    request: pytest.FixtureRequest, environment: dict[str, str], name: str
) -> None:
    """Botocore waits without a limit, and nearly all other programs give up."""
    caller = request.getfixturevalue("caller" if name == "terraform" else "python")
    found = answer("calling_program_waits", *caller, environment=environment)
    assert found == str(name == "python")


def test_a_process_that_has_ended_has_no_name() -> None:
    """The caller may be killed at any moment."""
    ended = subprocess.Popen(["true"])
    ended.wait()
    assert darwin_surroundings._name_and_parent(ended.pid) == ("", 0)


def test_without_ps_there_is_no_name() -> None:
    """At worst a prompt lacks a name, and no answer is lost."""
    assert darwin_surroundings._output("/nowhere/ps") == ""
    assert darwin_surroundings._output("/bin/false") == ""
    assert darwin_surroundings._output("/bin/echo", "a  b") == "a  b\n"


def test_an_answer_leaves_nothing_open() -> None:
    """This runs inside programs that live for years."""
    before = os.listdir(f"{processes.PROC}/self/fd")
    for command in ("/bin/true", "/nowhere/ps"):
        darwin_surroundings._output(command)
    assert os.listdir(f"{processes.PROC}/self/fd") == before


def test_a_broker_holds_nothing_of_the_caller(get: Executable, tmp_path: Path) -> None:
    """A file that a caller has left open would stay open, and there may be no limit on descriptors."""
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
    """The next files get the numbers of the streams: a lock may already have the number that it is passed on as."""
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
