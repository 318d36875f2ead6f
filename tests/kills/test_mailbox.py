"""The state of a running broker: it is deleted, and contains wants of dead callers: DESIGN 3 and 6."""

import fcntl
import os
import shutil
import signal
from pathlib import Path

from credential_process import __version__
from credential_process.broker import inbox
from credential_process.sandbox import Sandbox
from credential_process.stores import mailbox
from testing import broker, processes
from testing.events import until
from testing.executable import Executable, finish
from testing.home import Home
from testing.people import Person

OTHER_ROLE = "Administrator"
ENDPOINTS = ("AWS_ENDPOINT_URL_SSO", "AWS_ENDPOINT_URL_SSO_OIDC")


def test_a_stopped_broker_is_named_and_serves_again_when_it_continues(
    get: Executable, signed_in: Home
) -> None:
    """It holds the lock and never answers: the user must learn its process id."""
    get()
    process = broker.process_id(signed_in)
    os.kill(process, signal.SIGSTOP)
    done = get(*get.arguments[:-1], OTHER_ROLE, "--wait", "1")
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (5, "", 1)
    assert f"pid {process}" in done.stderr

    os.kill(process, signal.SIGCONT)
    done = get(*get.arguments[:-1], OTHER_ROLE)
    assert (done.returncode, done.stderr) == (0, "")
    assert broker.process_id(signed_in) == process


def test_callers_of_a_stopped_broker_are_served_when_it_continues(
    get: Executable, signed_in: Home
) -> None:
    """After a laptop was suspended, for example, waiting callers get their answers."""
    get()
    process = broker.process_id(signed_in)
    os.kill(process, signal.SIGSTOP)
    callers = [get.start(*get.arguments[:-1], OTHER_ROLE) for _ in range(3)]
    until(lambda: len(signed_in.wants()) == len(callers), "all wait")
    os.kill(process, signal.SIGCONT)
    assert [finish(caller).returncode for caller in callers] == [0, 0, 0]


def test_deleting_the_state_ends_the_broker_and_costs_a_fetch(
    get: Executable, signed_in: Home, sandbox: Sandbox, nobody: Person
) -> None:
    """Users try `rm -rf` first: it must help, and do no harm."""
    environment = {**get.environment, "BROWSER": nobody.browser}
    get()
    before = broker.process_id(signed_in)
    delete_state(signed_in)
    done = get(environment=environment)
    assert (done.returncode, done.stderr) == (0, "")
    assert sandbox.counters()["role_credentials"] == 2
    until(lambda: before not in processes.of(get.home), "the old broker ends")


def test_deleting_the_state_under_a_caller_that_waits_costs_it_nothing(
    get: Executable, signed_in: Home
) -> None:
    """Its want is deleted with the folder, so it posts it again."""
    get()
    process = broker.process_id(signed_in)
    os.kill(process, signal.SIGSTOP)
    caller = get.start(*get.arguments[:-1], OTHER_ROLE)
    until(signed_in.wants, "it waits")
    delete_state(signed_in)
    os.kill(process, signal.SIGCONT)
    done = finish(caller)
    assert (done.returncode, done.stderr) == (0, "")


def test_wants_of_dead_callers_are_removed_and_never_served(
    get: Executable, signed_in: Home, sandbox: Sandbox
) -> None:
    """A killed pool of workers leaves hundreds of wants, whose answers are not needed any more."""
    get()
    process = broker.process_id(signed_in)
    box = signed_in.host_files("broker.info")[0].parent
    os.kill(process, signal.SIGSTOP)
    for number in range(300):
        _post_and_die(box, get, role_name=f"Role-{number}")
    asked = len(sandbox.requests())
    os.kill(process, signal.SIGCONT)
    until(lambda: not signed_in.wants(), "the box is empty")
    done = get(*get.arguments[:-1], OTHER_ROLE)
    assert (done.returncode, done.stderr) == (0, "")
    assert [each.operation for each in sandbox.requests()[asked:]] == ["role_credentials"]
    assert list((box / "failures").iterdir()) == []


def test_a_want_that_is_being_written_is_left_alone_whatever_its_date(tmp_path: Path) -> None:
    """A file server may have a slow clock, or the clock may jump: callers must not fail for that."""
    mailbox.open_box(str(tmp_path))
    wants = tmp_path / "wants"
    (unborn := wants / ".unborn").touch()
    hour_ago = wants.stat().st_mtime - 3600
    for path in (unborn, wants):
        os.utime(path, (hour_ago, hour_ago))
    assert (inbox.names(str(tmp_path)), unborn.exists()) == (set(), True)
    (wants / "another").touch()
    assert (inbox.names(str(tmp_path)), unborn.exists()) == ({"another"}, False)


def delete_state(home: Home) -> None:
    """Delete all state at once: if a folder is emptied slowly, live processes put files back into it."""
    gone = home.path / "gone"
    home.state.rename(gone)
    shutil.rmtree(gone, ignore_errors=True)


def _post_and_die(box: Path, get: Executable, *, role_name: str) -> None:
    """Leave the same as a caller that is killed while it waits: its want, and no lock on it."""
    fields = {
        "kind": "role",
        "account": get.arguments[3],
        "role": role_name,
        "version": __version__,
        "session": "corp",
        "reach": "none",
        "AWS_CONFIG_FILE": str(get.home / ".aws" / "config"),
        "HOME": str(get.home),
    }
    fields |= {name: get.environment[name] for name in ENDPOINTS}
    want = mailbox.post(str(box), fields)
    fcntl.flock(want.presence._descriptor, fcntl.LOCK_UN)
    os.close(want.presence._descriptor)
