"""Files that killed processes leave behind are removed automatically: DESIGN 6."""

import os
import time
from pathlib import Path

import pytest

from testing import processes
from testing.executable import Executable
from testing.home import Home

DAY_SECONDS = 24 * 3600


@pytest.fixture
def host(get: Executable, home: Home) -> Path:
    """Return the folder of a host whose broker has served and ended."""
    get()
    processes.end(get.home)
    (host,) = (home.session_folder() / "hosts").iterdir()
    return host


def leave(path: Path, *, days: float) -> Path:
    """Leave a file that is this many days old."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.write_text("")
    then = time.time() - days * DAY_SECONDS
    os.utime(path, (then, then))
    return path


def test_credentials_that_expired_long_ago_are_removed(get: Executable, host: Path) -> None:
    """Otherwise the keys of a role that was used once would stay on the disk for ever."""
    account = host.parents[1] / "roles" / "999999999999"
    old, new = leave(account / "old", days=2), leave(account / "new", days=0.5)
    get(*get.arguments[:-1], "Administrator")
    assert (old.exists(), new.exists()) == (False, True)


def test_old_answers_are_removed(get: Executable, host: Path) -> None:
    """A killed caller never takes its answer, and thousands of them would fill the folder."""
    names = (
        "failures/answer",
        "bells/bell",
        "shown/sign-in.1",
        ".sso-credential-process-0123456789abcdef.tmp",
    )
    old = [leave(host / name, days=2) for name in names]
    get(*get.arguments[:-1], "Administrator")
    assert [path.name for path in old if path.exists()] == []


def test_new_answers_stay(get: Executable, host: Path) -> None:
    """Their callers may not have read them yet."""
    new = leave(host / "failures" / "answer", days=0)
    get(*get.arguments[:-1], "Administrator")
    assert new.exists()


@pytest.mark.parametrize(("days", "stays"), [(29, True), (31, False)])
def test_the_folders_of_hosts_that_are_gone_are_removed(
    get: Executable, host: Path, *, days: float, stays: bool
) -> None:
    """Each container has a new host name, and all share one home."""
    other = leave(host.with_name("other") / "broker.log", days=days).parent
    os.utime(other, (time.time() - days * DAY_SECONDS,) * 2)
    get(*get.arguments[:-1], "Administrator")
    assert other.exists() is stays


@pytest.mark.parametrize(("days", "stays"), [(29, True), (31, False)])
def test_interrupted_lists_are_removed(
    get: Executable, home: Home, host: Path, *, days: float, stays: bool
) -> None:
    """The next listing resumes one, but never that of a host that is gone."""
    assert host.exists()
    partial = home.session_folder() / "roles" / "accounts.other.partial"
    leave(partial, days=days)
    get(*get.arguments[:-1], "Administrator")
    assert partial.exists() is stays


@pytest.mark.parametrize(("days", "stays"), [(0.9, True), (1.1, False)])
def test_lists_of_single_accounts_are_removed(
    get: Executable, home: Home, host: Path, *, days: float, stays: bool
) -> None:
    """They are used for an hour, and a script may write one for every account of an organisation."""
    assert host.exists()
    single = home.session_folder() / "roles" / "111122220003.list"
    leave(single, days=days)
    get(*get.arguments[:-1], "Administrator")
    assert single.exists() is stays
