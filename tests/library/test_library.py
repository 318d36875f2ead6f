"""`credential_process.library`: sign in, and use roles, from Python programs."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from credential_process.library import __all__ as public
from credential_process.sandbox import Sandbox
from testing import processes
from testing.home import Home
from testing.people import Person
from tests.programs import DOCTEST, Programs

if TYPE_CHECKING:
    from subprocess import Popen

ROLE = 'sso_session="corp", account_id="111122220001", role_name="Developer"'
ASK = f"""
from credential_process import library
try:
    print(library.get_credentials({ROLE}, login=True).access_key_id[:4])
except library.CredentialProcessError as error:
    print(type(error).__name__, error)
"""
SESSION = f"""
from credential_process import library
session = library.get_boto3_session({ROLE}, region="eu-west-1", login=True)
"""

ZOMBIES = f"""
import os, pathlib
from credential_process import library
while True:
    library.get_credentials({ROLE}, login=True)
    children = pathlib.Path(f"/proc/self/task/{{os.getpid()}}/children").read_text().split()
    states = [pathlib.Path(f"/proc/{{child}}/stat").read_text().split(") ")[1][0] for child in children]
    print(states.count("Z"), flush=True)
    input()
"""

# Prints the number of lists that it has open, while one is read and afterwards.
LISTING = """
import os, sys
from credential_process import library
def count():
    links = [os.path.realpath(f"/proc/self/fd/{each}") for each in os.listdir("/proc/self/fd")]
    print(sum("/roles/accounts" in link for link in links), flush=True)
accounts = library.list_accounts(sso_session="corp", login=True)
next(accounts)
count()
input()
if "completely" in sys.argv:
    list(accounts)
accounts.close()
count()
"""


@pytest.fixture
def programs(environment: dict[str, str]) -> Programs:
    """Run programs in the home of the test."""
    return Programs(environment)


# Those for administrators are tested in tests/administration.
OF_ADMINISTRATORS = ("lookup_", "list_assignments", "list_applications", "list_entitlements")
FUNCTIONS = [
    name for name in public if name[0].islower() and not name.startswith(OF_ADMINISTRATORS)
]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_the_example_of_a_function_works(programs: Programs, function: str) -> None:
    """Readers copy the example before they read the text."""
    printed = programs.lines(DOCTEST, function)[-1]
    assert printed.startswith("TestResults(failed=0, attempted=")


def test_no_user_is_asked_by_default(programs: Programs, sandbox: Sandbox, nobody: Person) -> None:
    """A program that runs at night must not open a browser because it forgot an argument."""
    source = ASK.replace("login=True", "")
    (line,) = programs.lines(source, BROWSER=nobody.browser)
    assert line.startswith(
        "SignInNeeded sign-in needed for corp, but prompting is off (login=False)"
    )
    assert sandbox.requests() == []


def test_no_module_in_the_working_folder_of_a_program_is_run(
    environment: dict[str, str], home: Home, tmp_path: Path
) -> None:
    """The program itself does not search for modules there, nor may the broker that it starts."""
    program = tmp_path / "program.py"
    program.write_text(ASK)
    proof = tmp_path / "proof"
    for name in ("credential_process", "botocore", "filelock"):
        (home.path / f"{name}.py").write_text(f"open({str(proof)!r}, 'w')")
    command = (sys.executable, str(program))
    done = subprocess.run(
        command, env=environment, cwd=home.path, capture_output=True, text=True, check=True
    )
    assert (done.stdout, proof.exists()) == ("ASIA\n", False)


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ('sso_session="nosuch", account_id="111122220001", role_name="Developer"', "nosuch"),
        ('sso_session="corp", account_id="1111", role_name="Developer"', "1111"),
        ('sso_session="corp", account_id="111122220001"', "role"),
        ('account_id="111122220001", role_name="Developer"', "start-url"),
    ],
)
def test_a_mistake_is_named(programs: Programs, wrong: str, named: str) -> None:
    """Users must understand the traceback without reading the source."""
    (line,) = programs.lines(ASK.replace(ROLE, wrong))
    assert line.startswith("UsageError ")
    assert named in line


def test_a_denial_has_its_own_exception(programs: Programs, people: Callable[..., Person]) -> None:
    """A program may continue without AWS, and must know that waiting would not help."""
    (line,) = programs.lines(ASK, BROWSER=people("--deny").browser)
    assert line.startswith("Refused ")


def test_the_page_shows_which_program_asks(programs: Programs, home: Home) -> None:
    """A page that only shows "python" would explain nothing."""
    source = f"import sys; sys.argv = ['/opt/reports/nightly.py']\n{ASK}"
    assert programs.lines(source) == ["ASIA"]
    (log,) = home.host_files("broker.log")
    assert "begins for nightly.py\n" in log.read_text()


def test_a_program_shows_the_code_in_its_own_way(programs: Programs, sandbox: Sandbox) -> None:
    """In a notebook or a chat there is neither a browser nor a terminal."""
    source = """
from credential_process import library
token = library.login(sso_session="corp", show=lambda prompt: print(prompt.user_code, flush=True))
print(token.renews)
"""
    process = programs.start(source, BROWSER="")
    sandbox.approve(_read_line(process))
    assert process.communicate(timeout=60) == ("True\n", "")


def test_a_boto3_session_ignores_profiles_and_variables(
    programs: Programs, sandbox: Sandbox
) -> None:
    """It is for one role, and must use that role or fail."""
    other = {"AWS_PROFILE": "nosuch", "AWS_ACCESS_KEY_ID": "AKIA", "AWS_SECRET_ACCESS_KEY": "x"}
    source = f"{SESSION}\nprint(session.client('sts').get_caller_identity()['Account'])"
    assert programs.lines(source, **other) == [sandbox.accounts[0].account_id]


def test_a_boto3_session_renews_itself(programs: Programs, home: Home, sandbox: Sandbox) -> None:
    """A report may take three hours, but credentials last one."""
    sandbox.configure(role_session_seconds=600)  # less than the 15 minutes in which botocore renews
    source = f"""{SESSION}
for _ in range(2):
    print(session.get_credentials().get_frozen_credentials().access_key, flush=True)
    input()
print(session.client('sts').get_caller_identity()['Account'])
"""
    process = programs.start(source)
    before = _read_line(process)
    home.document("111122220001", "Developer").unlink()
    after = _answer_line(process)
    stdout, stderr = process.communicate("\n", timeout=60)
    assert (stdout, stderr) == (f"{sandbox.accounts[0].account_id}\n", "")
    assert before != after


def test_a_boto3_session_without_a_sign_in_fails_as_botocore_does(
    programs: Programs, nobody: Person
) -> None:
    """Programs catch botocore's exceptions around their calls, and the text must show the fix."""
    source = f"""{SESSION.replace(", login=True", "")}
from botocore.exceptions import SSOTokenLoadError
try:
    session.client("sts").get_caller_identity()
except SSOTokenLoadError as error:
    print(error)
"""
    (line,) = programs.lines(source, BROWSER=nobody.browser)
    assert "run: sso-credential-process login --sso-session corp" in line


def test_a_program_keeps_no_zombies(programs: Programs, home: Home) -> None:
    """A program that runs for months would collect one for every broker."""
    process = programs.start(ZOMBIES)
    _read_line(process)
    counts = []
    for _ in range(3):
        (broker,) = [each for each, line in processes.of(home.path).items() if " broker " in line]
        processes.kill(broker)
        home.document("111122220001", "Developer").unlink()
        counts.append(_answer_line(process))
    process.kill()
    process.communicate(timeout=60)
    # A broker that has released its lock may not be a zombie yet when the next one starts, and is reaped with that one.
    assert all(int(count) <= 1 for count in counts)


@pytest.mark.parametrize("how", ["completely", "partly"])
def test_a_list_that_was_read_is_closed(programs: Programs, sandbox: Sandbox, how: str) -> None:
    """A program that lists every hour would run out of descriptors."""
    sandbox.set_faults({"operation": "list_account_roles", "held": True})
    process = programs.start(LISTING, how)
    assert _read_line(process) == "1"
    sandbox.set_faults()
    assert _answer_line(process) == "0"
    assert process.communicate(timeout=60) == ("", "")


def _answer_line(process: "Popen[str]") -> str:
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()
    return _read_line(process)


def _read_line(process: "Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()
