"""A mistyped session leaves nothing behind: its broker removes the folder that was made for it."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from credential_process.stores import mailbox
from testing import broker, processes
from testing.events import until
from testing.executable import Executable, finish
from testing.home import Home
from tests.kills.strace import needs_strace

POST = "import sys; from credential_process.stores import mailbox; mailbox.post(sys.argv[1], {})"


@pytest.fixture
def get(get: Executable) -> Executable:
    """Return a `get` whose broker ends with its work."""
    environment = {**get.environment, "SSO_CREDENTIAL_PROCESS_LINGER": "0"}
    return Executable(get.command, get.home, environment, get.arguments)


@pytest.fixture
def mistyped(get: Executable) -> Executable:
    """Return the same for a session that the config does not have."""
    return Executable(
        get.command, get.home, get.environment, ("--sso-session", "crop", *get.arguments[2:])
    )


@pytest.fixture
def folder(home: Home) -> Path:
    """Return the folder of the mistyped session."""
    return home.session_folder("crop")


def assert_refused(done: subprocess.CompletedProcess[str]) -> None:
    """Check that a caller was shown which session was meant."""
    assert (done.returncode, done.stdout) == (2, "")
    assert "change it to corp" in done.stderr


def wait_for_end(home: Path) -> None:
    """Return when no process is left."""
    until(lambda: not processes.of(home), "all have ended")


def test_a_mistyped_session_leaves_nothing_behind(mistyped: Executable, folder: Path) -> None:
    """Otherwise every spelling that was ever tried would stay in the state folder, with a log."""
    assert_refused(mistyped())
    wait_for_end(mistyped.home)
    assert (folder.exists(), folder.parent.exists()) == (False, True)


def test_a_session_of_the_config_keeps_its_folder(get: Executable, home: Home) -> None:
    """Also before its first sign-in, when there is no more in it than in that of a mistyped one."""
    assert get(*get.arguments, "--no-login").returncode == 3
    wait_for_end(get.home)
    assert [path.name for path in home.session_folder().iterdir()] == ["hosts"]
    assert len(home.host_files("broker.log")) == 1


@pytest.mark.parametrize("other", ["sign-in", "hosts/other/broker.lock", "hosts/{host}/note"])
def test_what_is_there_besides_stays(
    mistyped: Executable, folder: Path, home: Home, other: str
) -> None:
    """The session may have been in the config before, and may be in that of another host."""
    host = Path(mailbox.host_folder(str(folder)))
    mailbox.open_box(str(host))
    file = folder / other.format(host=host.name)
    file.parent.mkdir(exist_ok=True)
    file.touch()
    assert_refused(mistyped())
    wait_for_end(mistyped.home)
    assert file.exists()
    assert len(home.host_files("broker.log")) == 1


@needs_strace
@pytest.mark.parametrize("nth", range(1, 5))
def test_a_caller_that_comes_meanwhile_is_answered(
    mistyped: Executable, folder: Path, tmp_path: Path, nth: int
) -> None:
    """Folder after folder goes, and a want may be posted between any two of them."""
    trace = tmp_path / "trace"
    stop = f"inject=rmdir:signal=STOP:when={nth}"
    prefix = ("strace", "-f", "-o", str(trace), "-e", "trace=rmdir", "-e", stop)
    host = Path(mailbox.host_folder(str(folder)))
    mailbox.open_box(str(host))
    strace = broker.start(mistyped, host, prefix)
    first = mistyped.start()
    until(lambda: trace.exists() and "stopped by SIGSTOP" in trace.read_text(), "it stops")
    assert_refused(finish(first))
    (stopped,) = processes.of(mistyped.home).keys() - {strace.pid}
    second = mistyped.start()
    until(lambda: second.poll() is not None or list(host.glob("wants/[0-9a-f]*")), "it asks")
    os.kill(stopped, signal.SIGCONT)
    assert_refused(finish(second))
    strace.wait()
    wait_for_end(mistyped.home)
    assert not folder.exists()


@needs_strace
def test_a_want_is_posted_although_its_folder_has_just_been_removed(tmp_path: Path) -> None:
    """The caller has seen the folders, and the broker removes them before the want is in there."""
    are_there = "inject=mkdir:error=EEXIST:when=1..3"
    strace = ["strace", "-qq", "-o", os.devnull, "-e", "trace=mkdir", "-e", are_there]
    command = [*strace, sys.executable, "-I", "-c", POST, str(tmp_path / "hosts" / "host")]
    subprocess.run(command, check=True)
    assert len(list(tmp_path.glob("hosts/host/wants/*"))) == 1
