"""Where state is stored, DESIGN 6. Problems with a home are tested in `home_faults`."""

import os
import shutil
from pathlib import Path

import pytest

from credential_process import paths
from credential_process.sandbox import Sandbox
from testing import processes
from testing.events import until
from testing.executable import Executable
from testing.home import Home


def deleted(folder: Path) -> bool:
    """Delete a folder like ``rm -rf``, which a working broker may disturb with a last file."""
    shutil.rmtree(folder, ignore_errors=True)
    return not folder.exists()


def test_a_state_root_can_be_chosen(get: Executable, home: Home) -> None:
    """If homes are on a slow network disk, state belongs on another one."""
    chosen = home.path / "elsewhere"
    get(environment={**get.environment, "SSO_CREDENTIAL_PROCESS_HOME": str(chosen)})
    assert list(chosen.glob("session-corp@*/roles/*/*")) != []
    assert not home.state.exists()


@pytest.mark.parametrize("mode", [0o755, 0o770, 0o777])
def test_a_state_root_that_others_can_enter_is_not_used(
    get: Executable, home: Home, mode: int
) -> None:
    """Users who can write there could choose the credentials that your programs get."""
    chosen = home.path / "shared"
    chosen.mkdir()
    chosen.chmod(mode)
    get(environment={**get.environment, "SSO_CREDENTIAL_PROCESS_HOME": str(chosen)})
    assert list(chosen.iterdir()) == []


def test_a_state_root_that_is_a_link_is_not_used(get: Executable, home: Home) -> None:
    """In /tmp another user can place a link to their own folder."""
    target = home.path / "target"
    target.mkdir(mode=0o700)
    link = home.path / "link"
    link.symlink_to(target)
    get(environment={**get.environment, "SSO_CREDENTIAL_PROCESS_HOME": str(link)})
    assert list(target.iterdir()) == []


def test_a_state_root_that_another_caller_makes_first_is_used(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the first calls in a home, one would use a folder in /tmp, and there start a broker of its own."""
    monkeypatch.setenv("HOME", str(home.path))
    make = os.mkdir

    def make_too_late(path: str, mode: int = 0o777) -> None:
        make(path, mode)
        make(path, mode)

    monkeypatch.setattr(os, "mkdir", make_too_late)
    assert not home.state.exists()
    assert paths.state_root() == str(home.state)


def test_state_can_be_deleted_at_any_time(get: Executable, home: Home, sandbox: Sandbox) -> None:
    """Users try `rm -rf` first; it costs one fetch."""
    get()
    until(lambda: deleted(home.state), "the state is gone")
    done = get()
    assert (done.returncode, done.stderr) == (0, "")
    counters = sandbox.counters()
    assert (counters["authorize"], counters["role_credentials"]) == (1, 2)


def test_a_broker_whose_folder_is_gone_ends(get: Executable, home: Home) -> None:
    """It holds the lock on a file that no caller can find, and must not serve beside another broker."""
    get()
    before = processes.last(get.home)
    until(lambda: deleted(home.state), "the state is gone")
    get()
    until(lambda: before not in processes.of(get.home), "the old broker ends")
