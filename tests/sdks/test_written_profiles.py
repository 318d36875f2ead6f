"""Profiles that `configure populate` writes, in real SDKs: odd names, and the same words of the line."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from credential_process.sandbox import Account, Sandbox
from testing.home import Home
from testing.people import Person
from tests.interop import aws_cli
from tests.sdks.program import Program
from tests.sdks.test_sdks import SDKS

ROLE_NAME = "Admin_role+=,.@-x"
ACCOUNTS = {
    "111122220001": ("Data & Analytics (prod)", "Data-Analytics-prod"),
    "000000000002": ('-60 größe/"Zürich" $(id) # ; x', "60-gro-e-Zurich-id-x"),
}
PROGRAMS = {**SDKS, "AWS CLI v2": (aws_cli.PATH, "configure", "export-credentials")}
# The executable, which also records its arguments.
RECORDING = """\
#!{python}
import sys
with open({record!r}, "a") as record:
    print(sys.argv[1:], file=record)
from credential_process.__main__ import main
sys.exit(main())
"""


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """Serve accounts and a role with every character that may be in their names."""
    accounts = [
        Account(account_id, name, None, (ROLE_NAME,)) for account_id, (name, _) in ACCOUNTS.items()
    ]
    with Sandbox(accounts=accounts) as sandbox:
        yield sandbox
    assert sandbox.defects == []


@pytest.fixture
def record(tmp_path: Path) -> Path:
    """Return the file that gets a line for each call."""
    return tmp_path / "record"


@pytest.fixture
def populated(
    tmp_path: Path,
    record: Path,
    home: Home,
    environment: dict[str, str],
    sandbox: Sandbox,
) -> dict[str, str]:
    """Populate, with an executable that records, in a folder with a space; return the environment."""
    executable = tmp_path / "my programs" / "sso-credential-process"
    executable.parent.mkdir()
    executable.write_text(RECORDING.format(python=sys.executable, record=str(record)))
    executable.chmod(0o755)
    home.sign_in(sandbox)
    populate = (str(executable), "configure", "populate", "--region", "us-east-1", "--yes")
    subprocess.run(populate, env=environment, check=True, capture_output=True)
    return environment


@pytest.mark.parametrize("name", PROGRAMS)
def test_every_sdk_passes_the_same_arguments(
    populated: dict[str, str], record: Path, nobody: Person, name: str
) -> None:
    """shlex, sh and three INI parsers read the file, and each has its own rules."""
    program = Program(PROGRAMS[name], populated)
    for account_id, (_, safe) in ACCOUNTS.items():
        profile = f"{safe}.{ROLE_NAME.replace('=,', '-')}"
        done = program.run(nobody, AWS_PROFILE=profile)
        assert done.returncode == 0, done.stderr
        calls = [ast.literal_eval(line) for line in record.read_text().splitlines()]
        words = ["--sso-session", "corp", "--account-id", account_id, "--role-name", ROLE_NAME]
        assert [call for call in calls if call[0] == "get"][-1] == ["get", *words]
