"""Where state goes when the home cannot have it: DESIGN 6. Needs mounts of its own."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from credential_process.sandbox import Sandbox
from tests import processes
from tests.events import until
from tests.executable import Executable
from tests.home import Home

UNSHARE = ("unshare", "--mount") if os.geteuid() == 0 else ("unshare", "--mount", "--map-root-user")
MAY_MOUNT = (
    shutil.which("unshare") is not None
    and subprocess.run([*UNSHARE, "true"], check=False, capture_output=True).returncode == 0
)
needs_mounts = pytest.mark.skipif(not MAY_MOUNT, reason="may not mount here (unshare --mount)")

# The test's own folder stays writable, whatever happens to the rest of /tmp.
OWN_MOUNTS = 'mount --bind "$OWN" "$OWN"; mount -t tmpfs -o mode=755 tmpfs /run; mkdir -p /run/user'
USER_FOLDER = f"mkdir -m 700 /run/user/{os.geteuid()}"
READ_ONLY_HOME = 'mount --bind "$HOME" "$HOME"; mount -o remount,bind,ro "$HOME"'
READ_ONLY_TMP = "mount --rbind /tmp /tmp; mount -o remount,bind,ro /tmp"
FULL_AWS_FOLDER = (
    'cp -r "$HOME/.aws" "$OWN/aws"; mount -t tmpfs -o size=64k tmpfs "$HOME/.aws";'
    'cp "$OWN/aws/config" "$HOME/.aws"; chmod 700 "$HOME/.aws";'
    'cat /dev/zero > "$HOME/.aws/filler" 2>/dev/null || :'
)


def inside(*mounts: str, home: Home, twice: bool = False) -> tuple[str, ...]:
    """Return a command that runs another one among these mounts, or two times after each other."""
    script = "; ".join(["set -e", f"OWN='{home.path.parent}'", *mounts])
    return (*UNSHARE, "sh", "-c", f'{script}; {"$@ && " if twice else ""}exec "$@"', "sh")


def deleted(folder: Path) -> bool:
    """Delete a folder as ``rm -rf`` does, which a broker at work may spoil with a last file."""
    shutil.rmtree(folder, ignore_errors=True)
    return not folder.exists()


@needs_mounts
def test_a_read_only_home_leads_to_the_users_run_folder(
    get: Executable, home: Home, sandbox: Sandbox
) -> None:
    """In containers the home is often read-only: the second call must find what the first kept."""
    mounts = inside(OWN_MOUNTS, USER_FOLDER, READ_ONLY_HOME, home=home, twice=True)
    done = get(prefix=mounts)
    assert (done.returncode, done.stderr) == (0, "")
    assert len(set(done.stdout.splitlines())) == 1
    counters = sandbox.counters()
    assert (counters["authorize"], counters["role_credentials"]) == (1, 1)


@needs_mounts
def test_with_no_folder_to_write_the_answer_is_one_line(
    get: Executable, home: Home, sandbox: Sandbox
) -> None:
    """Without state there is no one sign-in for all: say so, rather than open a storm of tabs."""
    done = get(prefix=inside(READ_ONLY_TMP, OWN_MOUNTS, READ_ONLY_HOME, home=home))
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (5, "", 1)
    assert "SSO_CREDENTIAL_PROCESS_HOME" in done.stderr
    assert sandbox.requests() == []


@needs_mounts
def test_a_full_disk_is_one_line(get: Executable, home: Home) -> None:
    """Nothing ends in a traceback, and nobody waits for a minute for it."""
    done = get(prefix=inside(OWN_MOUNTS, USER_FOLDER, FULL_AWS_FOLDER, home=home))
    assert done.returncode in (0, 5)
    assert len(done.stderr.splitlines()) == (1 if done.returncode else 0)
    assert "Traceback" not in done.stderr


def test_a_state_root_can_be_chosen(get: Executable, home: Home) -> None:
    """Where homes are on a slow network disk, state belongs elsewhere."""
    chosen = home.path / "elsewhere"
    get(environment={**get.environment, "SSO_CREDENTIAL_PROCESS_HOME": str(chosen)})
    assert list(chosen.glob("session-corp/roles/*/*")) != []
    assert not home.state.exists()


@pytest.mark.parametrize("mode", [0o755, 0o770, 0o777])
def test_a_state_root_that_others_can_enter_is_not_used(
    get: Executable, home: Home, mode: int
) -> None:
    """Whoever could write there could choose what our callers run with."""
    chosen = home.path / "shared"
    chosen.mkdir()
    chosen.chmod(mode)
    get(environment={**get.environment, "SSO_CREDENTIAL_PROCESS_HOME": str(chosen)})
    assert list(chosen.iterdir()) == []


def test_a_state_root_that_is_a_link_is_not_used(get: Executable, home: Home) -> None:
    """In /tmp a link is how another user points us at a folder of theirs."""
    target = home.path / "target"
    target.mkdir(mode=0o700)
    link = home.path / "link"
    link.symlink_to(target)
    get(environment={**get.environment, "SSO_CREDENTIAL_PROCESS_HOME": str(link)})
    assert list(target.iterdir()) == []


def test_state_can_be_deleted_at_any_time(get: Executable, home: Home, sandbox: Sandbox) -> None:
    """`rm -rf` is the cure that people try first; it costs one fetch."""
    get()
    until(lambda: deleted(home.state), "the state is gone")
    done = get()
    assert (done.returncode, done.stderr) == (0, "")
    counters = sandbox.counters()
    assert (counters["authorize"], counters["role_credentials"]) == (1, 2)


def test_a_broker_whose_folder_is_gone_ends(get: Executable, home: Home) -> None:
    """It holds the lock of a file that nobody can find: it must not serve beside another."""
    get()
    before = processes.last(get.home)
    until(lambda: deleted(home.state), "the state is gone")
    get()
    until(lambda: before not in processes.of(get.home), "the old broker ends")
