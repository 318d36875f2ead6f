"""The limits that a caller has been given, and those that the broker sets for itself."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from credential_process.sandbox import Sandbox
from testing import processes
from testing.executable import Executable, finish
from testing.home import Home
from testing.people import Person

ACCOUNTS = 30
LOG_BYTES = 256 * 1024


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """Serve an organisation with more roles than a process may open files."""
    with Sandbox(accounts=ACCOUNTS, roles=2) as sandbox:
        yield sandbox
    assert sandbox.defects == []


def under(limit: str) -> tuple[str, ...]:
    """Return a command that runs another one under a limit, as ``ulimit`` sets it."""
    return ("sh", "-c", f'ulimit {limit}; exec "$@"', "sh")


@pytest.mark.parametrize("files", [12, 32])
@pytest.mark.usefixtures("signed_in")
def test_few_open_files_are_enough_for_many_roles(
    get: Executable, sandbox: Sandbox, nobody: Person, files: int
) -> None:
    """Build systems and old services set such limits, and the broker of one caller serves all."""
    callers = [
        get.start(
            *get.arguments[:3],
            account.account_id,
            *get.arguments[4:],
            prefix=under(f"-n {files}"),
            environment={**get.environment, "BROWSER": nobody.browser},
        )
        for account in sandbox.accounts
    ]
    done = [finish(caller) for caller in callers]
    assert {(end.returncode, end.stderr) for end in done} == {(0, "")}
    assert sandbox.counters()["role_credentials"] == ACCOUNTS


@pytest.mark.usefixtures("signed_in")
def test_a_broker_leaves_no_core(get: Executable) -> None:
    """Its memory contains tokens, and developers use ``ulimit -c unlimited``."""
    assert get(prefix=under("-c unlimited")).returncode == 0
    limits = Path(f"/proc/{processes.last(get.home)}/limits").read_text().splitlines()
    (core,) = (line.split() for line in limits if line.startswith("Max core file size"))
    # A core pattern with a pipe is only skipped at 1 byte; at 0 the program is run (core(5)).
    assert core[4:6] == ["1", "1"]


def test_the_log_is_rotated_while_the_broker_runs(get: Executable, home: Home) -> None:
    """If some program calls every second, no other broker ever starts."""
    assert get(*get.arguments, "--no-login").returncode == 3
    broker = processes.last(get.home)
    (log,) = home.host_files("broker.log")
    with log.open("a") as file:
        file.write("." * LOG_BYTES + "\n")
    for _ in range(2):
        assert get(*get.arguments, "--no-login").returncode == 3
    assert processes.last(get.home) == broker
    assert log.with_name("broker.log.1").stat().st_size > LOG_BYTES
    assert 0 < log.stat().st_size < 1000
