"""`logout` signs out on this computer at once, whatever has become of the broker and of the service.

Each test leaves the party that hangs hanging until the sign-out is over, so that nothing can have waited for it.
"""

import glob
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

import credential_process
from credential_process.sandbox import Sandbox
from credential_process.stores import field_files
from testing import broker, processes
from testing.events import until
from testing.executable import Executable, finish
from testing.home import Home
from testing.people import Person
from testing.proof import files_with_tokens
from tests.identity.held import hold
from tests.programs import Programs

FETCHES = 160
BUSY = 20
OTHER_ROLE = "Administrator"
PAST = "2020-01-01T00:00:00Z"
# No request that hangs ends before the test does.
PATIENT = {"SSO_CREDENTIAL_PROCESS_TIMEOUT": "600"}
LIBRARY = """
from credential_process import library
library.logout(sso_session="corp")
"""
SCRIPT = """\
#!{python}
import sys
sys.path.insert(0, {folder!r})
from credential_process.__main__ import main
if __name__ == "__main__":
    sys.exit(main())
"""
SignOut = Callable[[], "subprocess.Popen[str]"]


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """Serve as many accounts as fetches shall hang."""
    with Sandbox(accounts=FETCHES, roles=2) as sandbox:
        yield sandbox
    assert sandbox.defects == []


@pytest.fixture
def get(get: Executable, home: Home, sandbox: Sandbox, nobody: Person) -> Executable:
    """Return a `get` that may ask no user; Ada is signed in, and one role cached."""
    home.sign_in(sandbox, user_name="ada")
    environment = {**get.environment, "BROWSER": nobody.browser}
    get = Executable(get.command, get.home, environment, (*get.arguments, "--no-login"))
    assert get().returncode == 0
    return get


@pytest.fixture(params=["command", "library"])
def sign_out(
    request: pytest.FixtureRequest, command: Callable[..., Executable], environment: dict[str, str]
) -> SignOut:
    """Return how a sign-out is started, by either door."""
    if request.param == "command":
        return command("logout").start
    programs = Programs(environment)
    return lambda: programs.start(LIBRARY)


def role(get: Executable, account_id: str, role_name: str) -> tuple[str, ...]:
    """Return the line that asks for a role."""
    return (*get.arguments[:3], account_id, "--role-name", role_name, "--no-login")


def assert_signs_out(sign_out: SignOut, home: Home) -> tuple[int, str]:
    """Sign out, wait until nothing is left here, and until the command ends; return code and stderr.

    The sign-out asks no broker: it would wait for a broker that hangs, and continue only after fifty seconds.
    """
    asked: set[str] = set()

    def is_gone() -> bool:
        asked.update(kinds_of_wants(home))
        return is_signed_out(home)

    with leaving_by(sign_out) as leaving:
        until(is_gone, "token and documents are gone")
        done = finish(leaving)
    assert is_signed_out(home)
    assert asked - {"role"} == set()
    return done.returncode, done.stderr


@contextmanager
def leaving_by(sign_out: SignOut) -> Iterator["subprocess.Popen[str]"]:
    """Start a sign-out; one that has not ended at the end is killed."""
    process = sign_out()
    try:
        yield process
    finally:
        kill(process)


def kill(process: "subprocess.Popen[str]") -> None:
    """End a process, whatever it was about to print."""
    with process:
        if process.poll() is None:
            process.kill()
            process.communicate()


def kinds_of_wants(home: Home) -> set[str]:
    """Return what callers wait for."""
    found = (field_files.read(str(want)) for want in home.wants())
    return {fields["kind"] for fields in found if fields is not None}


def is_signed_out(home: Home) -> bool:
    """Return whether neither the token nor a role document is left."""
    # A path's own `glob` fails where a folder is deleted meanwhile.
    return not home.token_file().exists() and glob.glob(f"{home.state}/*/roles/*/*") == []


def assert_nothing_is_handed_out(get: Executable) -> None:
    """Ask for what was cached, and for what was not: no user is signed in."""
    for line in (get.arguments, role(get, get.arguments[3], OTHER_ROLE)):
        done = get(*line)
        assert (done.returncode, done.stdout) == (3, "")


def assert_is_honest(ended: tuple[int, str], sandbox: Sandbox, *, by_command: bool) -> None:
    """Check that the exit code and the message say whether the session at the service is ended.

    A broker whose refresh has won over the command's ends it, as soon as it has read that the user has signed out.
    """
    code, stderr = ended
    if code == 0:
        until(lambda: _is_over(sandbox), "the session at the service is ended")
    elif by_command:
        assert code == 5
        assert "not at IAM Identity Center" in stderr


def _is_over(sandbox: Sandbox) -> bool:
    return all(session.revoked for session in sandbox.portal_sessions())


@contextmanager
def stopped(process: int) -> Iterator[None]:
    """Stop a process, and let it continue at the end."""
    os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(process, signal.SIGCONT)


def is_by_command(request: pytest.FixtureRequest) -> bool:
    """Return whether the sign-out of this test is the command."""
    return "command" in request.node.name


def test_a_stopped_broker_keeps_no_user_signed_in(
    get: Executable, home: Home, sandbox: Sandbox, sign_out: SignOut
) -> None:
    """A debugger, a container that is paused, a laptop's job control; the service can be reached."""
    with stopped(broker.process_id(home)):
        assert assert_signs_out(sign_out, home)[0] == 0
        assert [session.revoked for session in sandbox.portal_sessions()] == [True]
    assert_nothing_is_handed_out(get)
    assert files_with_tokens(home, sandbox) == []


def test_a_broker_that_is_stopped_with_the_lock_brings_no_token_back(
    get: Executable,
    home: Home,
    sandbox: Sandbox,
    sign_out: SignOut,
    request: pytest.FixtureRequest,
) -> None:
    """It is stopped in the middle of a renewal, which the service has answered."""
    token = json.loads(home.token_file().read_text())
    home.token_file().write_text(json.dumps({**token, "expiresAt": PAST}))
    is_held = hold(sandbox, {"operation": "token"})
    environment = {**get.environment, **PATIENT}
    caller = get.start(*role(get, get.arguments[3], OTHER_ROLE), environment=environment)
    is_held()
    with stopped(broker.process_id(home)):
        ended = assert_signs_out(sign_out, home)
        assert_is_honest(ended, sandbox, by_command=is_by_command(request))
        sandbox.set_faults()
    done = finish(caller)
    assert (done.stdout, done.returncode != 0) == ("", True)
    (lock,) = home.state.glob("*/token.lock")
    until(lambda: not broker.is_held(lock), "the renewal is over")
    assert files_with_tokens(home, sandbox) == []
    assert_nothing_is_handed_out(get)
    assert is_signed_out(home)


def test_a_renewal_that_hangs_brings_no_token_back(
    get: Executable,
    home: Home,
    sandbox: Sandbox,
    sign_out: SignOut,
    request: pytest.FixtureRequest,
) -> None:
    """The same with a broker that lives: the answer comes after the sign-out."""
    token = json.loads(home.token_file().read_text())
    home.token_file().write_text(json.dumps({**token, "expiresAt": PAST}))
    is_held = hold(sandbox, {"operation": "token"})
    environment = {**get.environment, **PATIENT}
    caller = get.start(*role(get, get.arguments[3], OTHER_ROLE), environment=environment)
    is_held()
    with leaving_by(sign_out) as leaving:
        until(lambda: is_signed_out(home), "token and documents are gone")
        sandbox.set_faults()
        done = finish(leaving)
    ended = done.returncode, done.stderr
    assert_is_honest(ended, sandbox, by_command=is_by_command(request))
    assert finish(caller).stdout == ""
    (lock,) = home.state.glob("*/token.lock")
    until(lambda: not broker.is_held(lock), "the renewal is over")
    assert files_with_tokens(home, sandbox) == []
    assert_nothing_is_handed_out(get)


def test_a_hundred_and_sixty_fetches_that_hang_delay_no_sign_out(
    get: Executable, home: Home, sandbox: Sandbox, sign_out: SignOut
) -> None:
    """A `terraform plan` over all accounts, and a portal that does not answer."""
    sandbox.set_faults({"operation": "role_credentials", "delivery": "hang", "count": None})
    environment = {**get.environment, **PATIENT}
    with ExitStack() as stack:
        for account in sandbox.accounts:
            line = role(get, account.account_id, OTHER_ROLE)
            caller = get.start(*line, environment=environment)
            stack.callback(kill, caller)
        until(lambda: hanging(sandbox) >= BUSY, "many fetches hang")
        assert assert_signs_out(sign_out, home)[0] == 0
        assert [session.revoked for session in sandbox.portal_sessions()] == [True]
        done = get()
        assert (done.returncode, done.stdout) == (3, "")


def hanging(sandbox: Sandbox) -> int:
    """Count the fetches that are not answered."""
    return sum(
        record.operation == "role_credentials" and record.status is None
        for record in sandbox.requests()
    )


def test_a_service_that_hangs_keeps_no_user_signed_in(
    get: Executable,
    home: Home,
    sandbox: Sandbox,
    sign_out: SignOut,
    request: pytest.FixtureRequest,
) -> None:
    """Nothing can be ended there; that is reported, and here all is gone at once."""
    sandbox.set_faults({"delivery": "hang", "count": None})
    ended = assert_signs_out(sign_out, home)
    assert [session.revoked for session in sandbox.portal_sessions()] == [False]
    assert_is_honest(ended, sandbox, by_command=is_by_command(request))
    assert_nothing_is_handed_out(get)
    assert files_with_tokens(home, sandbox) == []


@pytest.fixture
def other_version(tmp_path: Path) -> Path:
    """Install another version of the package; return its executable."""
    folder = tmp_path / "other version"
    package = folder / "credential_process"
    shutil.copytree(Path(credential_process.__file__).parent, package)
    init = package / "__init__.py"
    init.write_text(init.read_text().replace(credential_process.__version__, "0.0.9"))
    script = folder / "sso-credential-process"
    script.write_text(SCRIPT.format(python=sys.executable, folder=str(folder)))
    script.chmod(0o755)
    return script


def test_a_busy_broker_of_another_version_delays_no_sign_out(
    get: Executable, home: Home, sandbox: Sandbox, sign_out: SignOut, other_version: Path
) -> None:
    """An update while a `terraform apply` runs: the former version serves until it has no wants left."""
    # A broker of the same version would be asked, and would end, first.
    until(lambda: ask_by(other_version, get) == 0, "the other version serves")
    assert [
        info.read_text().split("version=")[1].split() for info in home.host_files("broker.info")
    ] == [["0.0.9"]]
    sandbox.set_faults({"operation": "role_credentials", "delivery": "hang", "count": None})
    caller = subprocess.Popen(
        [str(other_version), "get", *role(get, sandbox.accounts[2].account_id, OTHER_ROLE)],
        env={**get.environment, **PATIENT},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        text=True,
    )
    until(lambda: hanging(sandbox), "the fetch hangs")
    assert assert_signs_out(sign_out, home)[0] == 0
    assert [session.revoked for session in sandbox.portal_sessions()] == [True]
    kill(caller)
    processes.kill(broker.process_id(home))  # its fetch hangs on
    sandbox.set_faults()
    assert_nothing_is_handed_out(get)


def ask_by(script: Path, get: Executable) -> int:
    """Ask for a role that is not cached by another executable; return its exit code."""
    line = role(get, "111122220002", OTHER_ROLE)
    done = subprocess.run(
        [str(script), "get", *line], env=get.environment, capture_output=True, check=False
    )
    return done.returncode


def test_what_cannot_be_revoked_is_reported(
    get: Executable, home: Home, sandbox: Sandbox, command: Callable[..., Executable]
) -> None:
    """The user can end the session in the access portal, if a message shows that it lives."""
    sandbox.set_faults({"operation": "logout", "preset": "http_503_html", "count": None})
    ended = assert_signs_out(command("logout").start, home)
    assert [session.revoked for session in sandbox.portal_sessions()] == [False]
    assert_is_honest(ended, sandbox, by_command=True)
    assert_nothing_is_handed_out(get)
