"""Files in the mailbox that are not what they seem: pipes, links, and answers to other questions: DESIGN 3."""

import fcntl
import json
import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from credential_process.sandbox import Sandbox
from credential_process.stores import mailbox
from credential_process.stores.want import Want
from testing import broker, processes
from testing.events import until
from testing.executable import Executable, finish
from testing.home import Home
from testing.people import Person

OTHER_ROLE = "Administrator"


@pytest.fixture
def box(get: Executable, signed_in: Home) -> Path:
    """Serve a first call, and return the folder of this host, whose broker is alive."""
    assert get().returncode == 0
    return signed_in.host_files("broker.info")[0].parent


@pytest.mark.parametrize(
    "place", ["sign_in", "wants/0123456789abcdef", "../../device_authorization"]
)
@pytest.mark.parametrize("is_alive", [True, False], ids=["a broker that lives", "a new broker"])
def test_a_pipe_in_the_mailbox_blocks_no_process(
    get: Executable, box: Path, place: str, *, is_alive: bool
) -> None:
    """A caller that hangs blocks its SDK, and a broker that hangs blocks all of them."""
    if not is_alive:
        processes.end(get.home)
    os.mkfifo(box / place)
    done = get(*get.arguments[:-1], OTHER_ROLE, "--wait", "180")
    assert (done.returncode, done.stderr) == (0, "")


def test_a_pipe_in_place_of_a_failure_is_ignored(tmp_path: Path) -> None:
    """Its name is random, so only a test can know it in advance."""
    mailbox.open_box(str(tmp_path))
    os.mkfifo(tmp_path / "failures" / "want")
    assert mailbox.failure_of(str(tmp_path), Want("want", {})) is None


def test_a_sign_in_that_is_a_link_is_not_taken_over(
    get: Executable,
    leave_open: Callable[[], Person],
    people: Callable[..., Person],
    home: Home,
    tmp_path: Path,
) -> None:
    """If other users can write to the folder, a link could send the browser to another user's page."""
    (old,) = leave_open().arrivals()
    processes.end(home.path)
    (file,) = home.host_files("sign_in")
    file.rename(tmp_path / "sign_in")
    file.symlink_to(tmp_path / "sign_in")
    person = people()
    assert get(environment={**get.environment, "BROWSER": person.browser}).returncode == 0
    assert [address == old for address in person.arrivals()] == [False]


def test_a_want_that_is_a_link_is_removed_and_not_served(
    get: Executable, box: Path, signed_in: Home, sandbox: Sandbox, tmp_path: Path
) -> None:
    """The file behind the link was not posted by a caller of this session."""
    process = broker.process_id(signed_in)
    os.kill(process, signal.SIGSTOP)
    caller = get.start(*get.arguments[:-1], OTHER_ROLE)
    (want,) = until(lambda: list((box / "wants").glob("[0-9a-f]*")), "the caller waits")
    shutil.copy(want, tmp_path / "want")
    caller.kill()
    finish(caller)
    link = box / "wants" / "0123456789abcdef"
    with (tmp_path / "want").open("r+") as held:
        fcntl.flock(held, fcntl.LOCK_EX)  # as the lock of a caller that is alive
        link.symlink_to(tmp_path / "want")
        asked = len(sandbox.requests())
        os.kill(process, signal.SIGCONT)
        until(lambda: not link.is_symlink(), "the link is gone")
        assert get(*get.arguments[:-1], "Nosuch").returncode == 4
    assert [each.query["role_name"] for each in sandbox.requests()[asked:]] == ["Nosuch"]


def test_a_document_of_another_role_answers_no_want(
    get: Executable, box: Path, signed_in: Home
) -> None:
    """A program may have copied files: no caller may get the keys of another role than it asked for."""
    administrator = get(*get.arguments[:-1], OTHER_ROLE).stdout
    own = signed_in.document(get.arguments[3], get.arguments[5])
    own.unlink()
    process = broker.process_id(signed_in)
    os.kill(process, signal.SIGSTOP)
    caller = get.start()
    (want,) = until(lambda: list((box / "wants").glob("[0-9a-f]*")), "the caller waits")
    shutil.copy(signed_in.document(get.arguments[3], OTHER_ROLE), own)
    want.unlink()
    posted_again = until(
        lambda: caller.poll() is not None or list((box / "wants").glob("[0-9a-f]*")), "it looks"
    )
    os.kill(process, signal.SIGCONT)
    done = finish(caller)
    assert (done.returncode, posted_again is not True) == (0, True)
    assert json.loads(done.stdout)["AccessKeyId"] != json.loads(administrator)["AccessKeyId"]
