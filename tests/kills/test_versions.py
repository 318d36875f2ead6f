"""Two versions on one computer: no broker serves callers of both: DESIGN 3."""

import json
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import Popen

import pytest

import credential_process
from credential_process.broker.account_list_job import MOST_IN_FLIGHT
from credential_process.sandbox import Sandbox
from testing import processes
from testing.events import until
from testing.executable import Executable, finish
from testing.home import Home
from tests.identity.held import hold

ACCOUNTS = 400
SCRIPT = """\
#!{python}
import sys
sys.path.insert(0, {folder!r})
from credential_process.__main__ import main
sys.exit(main())
"""


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """Serve an organisation whose list takes longer than a caller waits."""
    with Sandbox(accounts=ACCOUNTS, roles=2) as sandbox:
        sandbox.configure(requests_per_second=20)
        yield sandbox
    assert sandbox.defects == []


@pytest.fixture
def other(get: Executable, tmp_path: Path) -> Callable[..., Popen[str]]:
    """Install another version, and return a function that calls its ``get``."""
    package = Path(credential_process.__file__).parent
    shutil.copytree(package, tmp_path / package.name)
    module = tmp_path / package.name / "__init__.py"
    version = credential_process.__version__
    module.write_text(module.read_text().replace(version, "99.0.0"))
    script = tmp_path / "sso-credential-process"
    script.write_text(SCRIPT.format(python=sys.executable, folder=str(tmp_path)))
    script.chmod(0o700)
    runs_other = ("sh", "-c", f'shift; exec "{script}" "$@"', "sh")
    return lambda: get.start(prefix=runs_other)


def test_a_long_list_does_not_hold_up_a_caller_of_another_version(
    get: Executable, other: Callable[..., Popen[str]], signed_in: Home, sandbox: Sandbox
) -> None:
    """After an update a shell may still run the old one: its list is interrupted, and then resumed."""
    roles = Executable("roles", get.home, get.environment, ("--sso-session", "corp", "--json"))
    listing = roles.start()
    until(lambda: sandbox.counters()["list_account_roles"] > 100, "the list is under way")
    done = finish(other())
    assert (done.returncode, done.stderr) == (0, "")
    assert sandbox.counters()["list_account_roles"] < ACCOUNTS
    listed = finish(listing)
    assert listed.returncode == 0
    accounts = {json.loads(line)["account_id"] for line in listed.stdout.splitlines()}
    assert accounts == {account.account_id for account in sandbox.accounts}
    # Requests in flight when it was interrupted, once or twice, are sent again.
    assert sandbox.counters()["list_account_roles"] <= ACCOUNTS + 2 * MOST_IN_FLIGHT
    (log,) = signed_in.host_files("broker.log")
    assert log.read_text().count(" alive, version") >= 2


def test_a_broker_that_ends_waits_for_no_request(
    get: Executable, other: Callable[..., Popen[str]], home: Home, sandbox: Sandbox
) -> None:
    """If Python waited for its threads, the caller that had started it would start no other broker."""
    wait = hold(sandbox, {"operation": "register"})
    environment = {**get.environment, "SSO_CREDENTIAL_PROCESS_TIMEOUT": "600"}
    caller = get.start(environment=environment)
    wait()
    (broker,) = (process for process, line in processes.of(home.path).items() if " broker " in line)
    caller_of_other = other()
    until(lambda: broker not in processes.of(home.path), "the broker has ended")
    assert sandbox.faults()[0]["holding"]
    sandbox.set_faults()
    assert [finish(each).returncode for each in (caller, caller_of_other)] == [0, 0]
