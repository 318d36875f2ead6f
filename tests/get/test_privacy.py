"""Other users of the computer can reach none of the files, whichever user made the folders, with any umask."""

import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest

from credential_process.sandbox import Sandbox
from testing import processes
from testing.events import until
from testing.executable import Executable, finish
from testing.home import Home
from testing.people import Person

only_root_gives_away = pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
CARELESS = ("sh", "-c", 'umask 0; exec "$@"', "sh")


def open_to_others(folder: Path) -> list[Path]:
    """Return what other users may read, write or enter below a folder, sockets and pipes included."""
    return [path for path in folder.rglob("*") if stat.S_IMODE(path.lstat().st_mode) & 0o077]


def test_no_file_is_open_to_others_while_a_user_is_asked(
    get: Executable, home: Home, people: Callable[..., Person]
) -> None:
    """The open sign-in contains its state and its verifier, and some users have a umask of 0."""
    leaving = people("--leave")
    environment = {**get.environment, "BROWSER": leaving.browser}
    caller = get.start(environment=environment, prefix=CARELESS)
    until(leaving.arrivals, "the page is open")
    assert home.host_files("sign_in") != []
    assert open_to_others(home.aws) == [home.config]
    caller.kill()
    finish(caller)


def test_no_file_is_open_to_others_afterwards(get: Executable, home: Home) -> None:
    """These files are as good as a password, and the folders of the AWS CLI may be new."""
    assert get(prefix=CARELESS).returncode == 0
    assert home.token_file().is_file()
    assert open_to_others(home.aws) == [home.config]


def test_a_rotated_log_is_private(get: Executable, home: Home) -> None:
    """It shows who has worked on which account, and a library creates the next file."""
    assert get().returncode == 0
    processes.end(home.path)
    (log,) = home.host_files("broker.log")
    log.write_bytes(b"-" * 300_000)
    # The first line that is logged is the last one of the old file.
    options = (*get.arguments[:-1], "Administrator", "--debug")
    assert get(*options, prefix=CARELESS).returncode == 0
    assert len(home.host_files("broker.log*")) == 2
    assert open_to_others(home.aws) == [home.config]


def test_a_new_config_file_is_private(get: Executable, home: Home) -> None:
    """It is not written by a broker, which sets its own umask."""
    home.config.unlink()
    configure = Executable("configure", get.home, get.environment, ())
    session = ("--start-url", "https://d-1.awsapps.com/start", "--sso-region", "us-east-1")
    role = ("--account-id", "111122220001", "--role-name", "Developer", "--region", "us-east-1")
    done = configure("profile", "dev", *session, *role, "--yes", prefix=CARELESS)
    assert (done.returncode, home.config.is_file()) == (0, True)
    assert open_to_others(home.aws) == []


@only_root_gives_away
def test_a_state_root_of_another_user_is_not_used(get: Executable, home: Home) -> None:
    """In /tmp any user can make the folder first, and wait for tokens in it."""
    not_owned = home.path / "not_owned"
    not_owned.mkdir(mode=0o700)
    os.chown(not_owned, 1, 1)
    get(environment={**get.environment, "SSO_CREDENTIAL_PROCESS_HOME": str(not_owned)})
    assert list(not_owned.iterdir()) == []


@only_root_gives_away
def test_a_document_of_another_user_is_a_miss(
    get: Executable, home: Home, sandbox: Sandbox
) -> None:
    """A user who could put their credentials there would receive everything that you upload."""
    get()
    document = home.document(sandbox.accounts[0].account_id, "Developer")
    os.chown(document, 1, 1)
    assert (get().returncode, sandbox.counters()["role_credentials"]) == (0, 2)
    assert document.stat().st_uid == os.geteuid()


# The owner of the home is faster than root: each is notified before the call is made.
RACE = """
import os, sys
from credential_process import files
folder, target = sys.argv[1:]
def swap(event, arguments):
    if event == "os.chown" and arguments[0] == folder:
        os.rmdir(folder)
        os.symlink(target, folder)
sys.addaudithook(swap)
try:
    files.replace(f"{folder}/token", "")
except OSError:
    print("stopped")
"""


@only_root_gives_away
def test_root_gives_away_only_files_that_it_has_made(tmp_path: Path) -> None:
    """Under `sudo -E` a user would become the owner of any file that they can link to."""
    home, target = tmp_path / "home", tmp_path / "shadow"
    home.mkdir()
    os.chown(home, 1, 1)
    target.touch()
    command = (sys.executable, "-c", RACE, str(home / "cache"), str(target))
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert (done.stdout, target.stat().st_uid) == ("stopped\n", 0)


MODE_RACE = """
import glob, os, sys
from credential_process import files
config, target = sys.argv[1:]
def swap(event, arguments):
    if event in {"os.utime", "os.chmod", "os.setxattr"}:
        for temporary in glob.glob(os.path.dirname(config) + "/.sso-credential-process-*.tmp"):
            if not os.path.islink(temporary):
                os.unlink(temporary)
                os.symlink(target, temporary)
                print("swapped")
sys.addaudithook(swap)
files.replace(config, "", like=config)
"""


@only_root_gives_away
def test_root_changes_only_the_file_that_it_has_made(tmp_path: Path) -> None:
    """Under `sudo -E` the owner of a home could make root open any file of the computer to all users."""
    home, target = tmp_path / "home", tmp_path / "shadow"
    home.mkdir()
    config = home / "config"
    config.touch()
    config.chmod(0o666)
    os.chown(home, 1, 1)
    os.chown(config, 1, 1)
    target.touch()
    target.chmod(0o600)
    before = target.stat()
    command = (sys.executable, "-c", MODE_RACE, str(config), str(target))
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    after = target.stat()
    assert (done.stdout, after.st_mode, after.st_uid) == ("swapped\n", before.st_mode, 0)
    assert after.st_mtime_ns == before.st_mtime_ns


def test_a_stranger_reads_nothing_of_a_sign_in(
    get: Executable, people: Callable[..., Person]
) -> None:
    """Every user of the computer can connect to every port, but must not learn which account is in use."""
    leaving = people("--leave")
    caller = get.start(environment={**get.environment, "BROWSER": leaving.browser})
    until(leaving.arrivals, "the page is open")
    address = urlsplit(leaving.arrivals()[0]).netloc
    with pytest.raises(HTTPError) as refused:
        urlopen(f"http://{address}/oauth/callback?error=invalid_request")
    page = refused.value.read().decode()
    caller.kill()
    finish(caller)
    assert "invalid_request" in page
    told = (*get.arguments[1::2], "sso-session", "pytest", "python")
    assert [each for each in told if each in page] == []
