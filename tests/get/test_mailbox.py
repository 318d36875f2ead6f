"""What lies in the mailbox and is not what it seems: pipes, links, and answers to another question: DESIGN 3."""

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
    """Serve a first call, and return the folder of this host, whose broker lives."""
    assert get().returncode == 0
    return signed_in.host_files("broker.info")[0].parent


@pytest.mark.parametrize(
    "place", ["sign_in", "wants/0123456789abcdef", "../../device_authorization"]
)
@pytest.mark.parametrize("is_alive", [True, False], ids=["a broker that lives", "a new broker"])
def test_a_pipe_in_the_mailbox_holds_nobody_up(
    get: Executable, box: Path, place: str, *, is_alive: bool
) -> None:
    """A caller that hangs for ever holds up its SDK; a broker that does so holds up all of them."""
    if not is_alive:
        processes.end(get.home)
    os.mkfifo(box / place)
    done = get(*get.arguments[:-1], OTHER_ROLE, "--wait", "30")
    assert (done.returncode, done.stderr) == (0, "")


def test_a_pipe_in_the_place_of_a_failure_is_none(tmp_path: Path) -> None:
    """Its name is random, so only here can it be known before."""
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
    """Where the folder is not the user's alone, a link would lead a browser to the page of another."""
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
    """What it leads to was not posted by a caller of this session."""
    process = broker.process_id(signed_in)
    os.kill(process, signal.SIGSTOP)
    caller = get.start(*get.arguments[:-1], OTHER_ROLE)
    (want,) = until(lambda: list((box / "wants").glob("[0-9a-f]*")), "the caller waits")
    shutil.copy(want, tmp_path / "want")
    caller.kill()
    finish(caller)
    link = box / "wants" / "0123456789abcdef"
    with (tmp_path / "want").open("r+") as held:
        fcntl.flock(held, fcntl.LOCK_EX)  # as the lock of a caller that lives
        link.symlink_to(tmp_path / "want")
        asked = len(sandbox.requests())
        os.kill(process, signal.SIGCONT)
        until(lambda: not link.is_symlink(), "the link is gone")
        assert get(*get.arguments[:-1], "Nosuch").returncode == 4
    assert [each.query["role_name"] for each in sandbox.requests()[asked:]] == ["Nosuch"]


def test_a_document_of_another_role_answers_no_want(
    get: Executable, box: Path, signed_in: Home
) -> None:
    """Damage or a program that copies files: whoever asked for one role must not get keys of another."""
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


@pytest.mark.usefixtures("signed_in")
def test_a_broker_keeps_no_setting_of_aws_from_its_starter(get: Executable, tmp_path: Path) -> None:
    """It serves callers of all projects: botocore would read the API of one project's folder for all of them."""
    model = tmp_path / "models" / "sso" / "2019-06-10" / "service-2.json"
    model.parent.mkdir(parents=True)
    model.write_text("{")
    environment = {**get.environment, "AWS_DATA_PATH": str(tmp_path / "models")}
    done = get(environment=environment)
    assert (done.returncode, done.stderr) == (0, "")
