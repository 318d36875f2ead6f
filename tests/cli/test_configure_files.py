"""The config file on disk: the old one or the new one, whatever happens, and as much its owner's as before."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from credential_process.sandbox import Sandbox
from tests.events import until
from tests.executable import Executable, finish
from tests.home import Home
from tests.terminal import Terminal

DEV = (
    *("profile", "dev", "--account-id", "111122220001", "--role-name", "Developer"),
    *("--region", "eu-west-1", "--yes"),
)
ASKING = DEV[:-1]


@pytest.fixture
def configure(command: Callable[[str], Executable]) -> Executable:
    """Return the installed ``configure``, with all that it takes to write the profile dev."""
    executable = command("configure")
    return Executable("configure", executable.home, executable.environment, DEV)


def test_a_profile_takes_no_service(configure: Executable, home: Home, sandbox: Sandbox) -> None:
    """Images are built where nobody can sign in."""
    assert configure().returncode == 0
    assert (
        "[profile dev]\n# sso-credential-process: configured for corp\n" in home.config.read_text()
    )
    assert sandbox.requests() == []


def test_a_link_stays_a_link(configure: Executable, home: Home) -> None:
    """People keep their config in a repository of dotfiles."""
    target = home.path / "dotfiles" / "aws-config"
    target.parent.mkdir()
    shutil.move(home.config, target)
    home.config.symlink_to(target)
    configure()
    assert (home.config.is_symlink(), "[profile dev]" in target.read_text()) == (True, True)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_owner_and_mode_stay(configure: Executable, home: Home) -> None:
    """A file that root writes with sudo must stay its owner's."""
    os.chown(home.config, 12345, 23456)
    home.config.chmod(0o640)
    configure()
    status = home.config.stat()
    assert (status.st_uid, status.st_gid, status.st_mode & 0o777) == (12345, 23456, 0o640)


def test_a_new_file_is_the_user_s_alone(configure: Executable, home: Home) -> None:
    """It may come to hold keys."""
    home.config.unlink()
    session = ("--sso-session", "corp", "--start-url", "https://d-1234567890.awsapps.com/start")
    assert configure(*DEV, *session, "--sso-region", "us-east-1").returncode == 0
    assert home.config.stat().st_mode & 0o777 == 0o600
    assert home.config.read_text().startswith("[sso-session corp]\n")


def test_a_backup_is_as_private_as_the_file(configure: Executable, home: Home) -> None:
    """It holds the same."""
    home.config.chmod(0o600)
    configure()
    (backup,) = home.aws.glob("config.*.backup")
    assert backup.stat().st_mode & 0o777 == 0o600


def test_a_file_that_is_read_only_is_left_alone(configure: Executable, home: Home) -> None:
    """Somebody has said no; that a folder could be written changes nothing of it."""
    home.config.chmod(0o400)
    before = home.config.read_text()
    done = configure()
    assert (done.returncode, home.config.read_text()) == (2, before)
    assert "is read-only" in done.stderr


def test_a_full_disk_leaves_the_old_file(configure: Executable, home: Home) -> None:
    """And says so; nothing half-written is left behind either."""
    before = home.config.read_text()
    done = configure(prefix=("prlimit", "--fsize=50"))
    assert (done.returncode, home.config.read_text()) == (5, before)
    assert f"{home.config} is as it was: File too large" in done.stderr
    assert [path.name for path in home.aws.iterdir() if path.is_file()] == ["config"]


def test_what_a_killed_writer_has_left_is_taken_away(configure: Executable, home: Home) -> None:
    """It is a copy of the whole file under a name that nobody looks for."""
    left = home.aws / ".sso-credential-process-0123456789abcdef.tmp"
    left.write_text("half")
    os.utime(left, (0, 0))
    configure()
    assert not left.exists()


@pytest.mark.parametrize(
    ("text", "line"),
    [("[a]\n<<<<<<< HEAD\nx = 1\n=======\nx = 2\n>>>>>>> b\n", 2), ("[a]\nx\n", 2), ("x\n", 1)],
)
def test_a_file_that_cannot_be_read_is_left_alone_with_its_line(
    configure: Executable, home: Home, text: str, line: int
) -> None:
    """Whoever mends it should not have to search."""
    home.config.write_text(text)
    done = configure(
        *DEV, "--start-url", "https://x.awsapps.com/start", "--sso-region", "us-east-1"
    )
    assert (done.returncode, home.config.read_text()) == (2, text)
    assert f"line {line} of {home.config}" in done.stderr


def test_a_folder_in_its_place_is_refused(configure: Executable, home: Home) -> None:
    """It is named, in one line."""
    home.config.unlink()
    home.config.mkdir()
    url = ("--start-url", "https://x.awsapps.com/start", "--sso-region", "us-east-1")
    done = configure(*DEV, *url)
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)


def test_bytes_that_are_no_text_stay(configure: Executable, home: Home) -> None:
    """A comment in Latin-1 is older than the tool that made the rest UTF-8."""
    before = home.config.read_bytes() + b"# gr\xfc\xdfe\n"
    home.config.write_bytes(before)
    configure(*DEV, "--config-file", str(home.config))
    assert home.config.read_bytes().startswith(before)


def test_nobody_to_ask_writes_nothing(configure: Executable, home: Home) -> None:
    """A script that forgot --yes must not have written, nor wait."""
    before = home.config.read_text()
    done = configure(*ASKING)
    assert (done.returncode, home.config.read_text()) == (2, before)
    assert "--yes writes what is shown" in done.stderr


def answered(
    configure: Executable, terminal: Terminal, keys: str, meanwhile: Callable[[], object] = str
) -> tuple[int, str]:
    """Answer the question at a terminal, after something happened; return the exit code and what was said."""
    process = configure.start(*ASKING, prefix=terminal.prefix, stdin=terminal.keyboard)
    assert process.stderr
    said = ""
    while "?" not in said:
        said += process.stderr.read(1)
    # Python loses an interruption that comes just before it reads.
    until(lambda: _waits_for_keys(process.pid), "it waits for keys")
    meanwhile()
    terminal.press(keys)
    done = finish(process)
    return done.returncode, said + done.stderr


def _waits_for_keys(process: int) -> bool:
    return Path(f"/proc/{process}/wchan").read_text() in {"wait_woken", "n_tty_read"}


def test_a_yes_writes(configure: Executable, home: Home, terminal: Terminal) -> None:
    """The usual way: look, and press Return."""
    assert answered(configure, terminal, "\n")[0] == 0
    assert "[profile dev]" in home.config.read_text()


def test_a_no_writes_nothing(configure: Executable, home: Home, terminal: Terminal) -> None:
    """It says so, as the exit code does."""
    before = home.config.read_text()
    exit_code, said = answered(configure, terminal, "n\n")
    assert (exit_code, home.config.read_text()) == (4, before)
    assert f"{home.config} is as it was" in said


def test_an_interruption_says_what_is_on_the_disk(
    configure: Executable, home: Home, terminal: Terminal
) -> None:
    """Whoever stops something wants to know what it has done."""
    before = home.config.read_text()
    exit_code, said = answered(configure, terminal, "\x03")
    assert (exit_code, home.config.read_text()) == (130, before)
    assert f"Stopped; {home.config} is as it was." in said


def test_what_somebody_wrote_meanwhile_stays(
    configure: Executable, home: Home, terminal: Terminal
) -> None:
    """The question can stand there over lunch; `aws configure set` knows no lock."""

    def lunch() -> None:
        with home.config.open("a") as config:
            config.write("[profile meanwhile]\nregion = x\n")

    exit_code, said = answered(configure, terminal, "\n\n", lunch)
    text = home.config.read_text()
    assert (exit_code, "[profile meanwhile]" in text, "[profile dev]" in text) == (0, True, True)
    assert said.count(f"Write {home.config}") == 2
