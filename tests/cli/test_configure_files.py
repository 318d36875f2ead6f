"""The config file on disk: the old or the new one, whatever happens, with the same owner and mode."""

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from credential_process.sandbox import Sandbox
from testing.events import until
from testing.executable import Executable, finish
from testing.home import Home
from testing.terminal import Terminal
from tests.kills.strace import needs_strace

DEV = (
    *("profile", "dev", "--account-id", "111122220001", "--role-name", "Developer"),
    *("--region", "eu-west-1", "--yes"),
)
ASKING = DEV[:-1]


@pytest.fixture
def configure(command: Callable[[str], Executable]) -> Executable:
    """Return the installed ``configure``, with the options to write the profile dev."""
    executable = command("configure")
    return Executable("configure", executable.home, executable.environment, DEV)


def test_a_profile_is_written_without_the_service(
    configure: Executable, home: Home, sandbox: Sandbox
) -> None:
    """Users cannot sign in where images are built."""
    assert configure().returncode == 0
    assert (
        "[profile dev]\n# sso-credential-process: configured for corp\n" in home.config.read_text()
    )
    assert sandbox.requests() == []


def test_the_summary_counts_profiles_as_such(configure: Executable, home: Home) -> None:
    """Users know what a profile is; only with an [sso-session] among them are they sections."""
    url = ("--start-url", "https://x.awsapps.com/start", "--sso-region", "us-east-1")
    new = ("--sso-session", "new", *url)
    assert ": 1 profile added (backup: " in configure().stderr
    assert (
        f"{home.config}: 2 sections added (backup: "
        in configure(DEV[0], "other", *DEV[2:], *new).stderr
    )


def test_a_link_stays_a_link(configure: Executable, home: Home) -> None:
    """Users keep their config in a repository of dotfiles."""
    target = home.path / "dotfiles" / "aws-config"
    target.parent.mkdir()
    shutil.move(home.config, target)
    home.config.symlink_to(target)
    configure()
    assert (home.config.is_symlink(), "[profile dev]" in target.read_text()) == (True, True)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_owner_and_mode_stay(configure: Executable, home: Home) -> None:
    """A file that root changes with sudo must still belong to the user."""
    os.chown(home.config, 12345, 23456)
    home.config.chmod(0o640)
    configure()
    status = home.config.stat()
    assert (status.st_uid, status.st_gid, status.st_mode & 0o777) == (12345, 23456, 0o640)


def test_a_new_file_is_private(configure: Executable, home: Home) -> None:
    """Keys may be added to it later."""
    home.config.unlink()
    session = ("--sso-session", "corp", "--start-url", "https://d-1234567890.awsapps.com/start")
    assert configure(*DEV, *session, "--sso-region", "us-east-1").returncode == 0
    assert home.config.stat().st_mode & 0o777 == 0o600
    assert home.config.read_text().startswith("[sso-session corp]\n")


def test_a_backup_is_as_private_as_the_file(configure: Executable, home: Home) -> None:
    """It has the same content."""
    home.config.chmod(0o600)
    configure()
    (backup,) = home.aws.glob("config.*.backup")
    assert backup.stat().st_mode & 0o777 == 0o600


def test_a_file_that_is_read_only_is_left_alone(configure: Executable, home: Home) -> None:
    """Read-only means that the user wants no changes, even if the folder can be written."""
    home.config.chmod(0o400)
    before = home.config.read_text()
    done = configure()
    assert (done.returncode, home.config.read_text()) == (2, before)
    assert "is read-only" in done.stderr


def test_a_full_disk_leaves_the_old_file(configure: Executable, home: Home) -> None:
    """It is reported, and no half-written file is left behind."""
    before = home.config.read_text()
    done = configure(prefix=("prlimit", "--fsize=50"))
    assert (done.returncode, home.config.read_text()) == (5, before)
    assert f"{home.config} is unchanged: File too large" in done.stderr
    assert [path.name for path in home.aws.iterdir() if path.is_file()] == ["config"]


def test_files_that_a_killed_writer_has_left_are_removed(configure: Executable, home: Home) -> None:
    """It is a copy of the whole file with a name that users do not know."""
    left = home.aws / ".sso-credential-process-0123456789abcdef.tmp"
    left.write_text("half")
    os.utime(left, (0, 0))
    configure()
    assert not left.exists()


def test_a_file_of_another_program_is_not_removed(configure: Executable, home: Home) -> None:
    """Only files with a name that this program makes can be its own leftovers."""
    others = [
        home.aws / f".sso-credential-process-{name}"
        for name in ("notes", "0123456789abcdef", "0123456789ABCDEF.tmp", "0123456789abcde.tmp")
    ]
    for other in others:
        other.write_text("kept")
        os.utime(other, (0, 0))
    configure()
    assert [other.read_text() for other in others] == ["kept"] * 4


def test_a_file_with_a_hard_link_is_left_alone(configure: Executable, home: Home) -> None:
    """A hard link would still lead to the old content, and the two would differ from then on."""
    dotfile = home.path / "aws-config"
    os.link(home.config, dotfile)
    before = home.config.read_text()
    done = configure()
    assert (done.returncode, dotfile.read_text()) == (2, before)
    assert home.config.samefile(dotfile)
    assert "a hard link" in done.stderr


@needs_strace
def test_a_disk_that_cannot_exchange_files_is_supported(configure: Executable, home: Home) -> None:
    """NFS and some containers lack this system call."""
    before = home.config.read_text()
    unsupported = ("-e", "trace=renameat2", "-e", "inject=renameat2:error=EINVAL")
    done = configure(prefix=("strace", "-f", "-o", os.devnull, *unsupported))
    (backup,) = home.aws.glob("config.*.backup")
    assert (done.returncode, backup.read_text()) == (0, before)
    assert "[profile dev]" in home.config.read_text()


@needs_strace
def test_a_new_file_is_written_to_a_disk_that_cannot_exchange_files(
    configure: Executable, home: Home
) -> None:
    """For example the first profile of a new home on NFS."""
    home.config.unlink()
    unsupported = ("-e", "trace=renameat2", "-e", "inject=renameat2:error=EINVAL")
    url = ("--start-url", "https://x.awsapps.com/start", "--sso-region", "us-east-1")
    done = configure(*DEV, *url, prefix=("strace", "-f", "-o", os.devnull, *unsupported))
    assert (done.returncode, "[profile dev]" in home.config.read_text()) == (0, True)


@pytest.mark.parametrize(
    ("text", "line"),
    [("[a]\n<<<<<<< HEAD\nx = 1\n=======\nx = 2\n>>>>>>> b\n", 2), ("[a]\nx\n", 2), ("x\n", 1)],
)
def test_a_file_that_cannot_be_read_is_left_alone_with_its_line(
    configure: Executable, home: Home, text: str, line: int
) -> None:
    """The message names the line, so that the user finds it."""
    home.config.write_text(text)
    done = configure(
        *DEV, "--start-url", "https://x.awsapps.com/start", "--sso-region", "us-east-1"
    )
    assert (done.returncode, home.config.read_text()) == (2, text)
    assert f"line {line} of {home.config}" in done.stderr


def test_a_folder_in_its_place_is_refused(configure: Executable, home: Home) -> None:
    """One line names it."""
    home.config.unlink()
    home.config.mkdir()
    url = ("--start-url", "https://x.awsapps.com/start", "--sso-region", "us-east-1")
    done = configure(*DEV, *url)
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)


@pytest.mark.parametrize("words", [("remove", "--all"), ("import", "--all"), DEV])
def test_a_home_that_does_not_exist_is_reported_as_such(
    configure: Executable, words: tuple[str, ...]
) -> None:
    """A container may have a user without one; the working folder has nothing to do with it."""
    url = ("--start-url", "https://x.awsapps.com/start", "--sso-region", "us-east-1")
    done = configure(
        *words,
        *(url if words == DEV else ("--yes",)),
        environment={**configure.environment, "AWS_CONFIG_FILE": "~no-such-user/config"},
    )
    message = (
        "there is no home folder, so the AWS config cannot be found; set HOME or AWS_CONFIG_FILE"
    )
    assert (done.returncode, done.stderr) == (2, f"sso-credential-process: {message}\n")


def test_bytes_that_are_no_text_stay(configure: Executable, home: Home) -> None:
    """A comment in Latin-1 may be older than the tool that wrote the rest in UTF-8."""
    before = home.config.read_bytes() + b"# gr\xfc\xdfe\n"
    home.config.write_bytes(before)
    configure(*DEV, "--config-file", str(home.config))
    assert home.config.read_bytes().startswith(before)


def test_nobody_to_ask_writes_nothing(configure: Executable, home: Home) -> None:
    """A script that forgot --yes must neither write nor wait."""
    before = home.config.read_text()
    done = configure(*ASKING)
    assert (done.returncode, home.config.read_text()) == (2, before)
    assert "give --yes to write the changes" in done.stderr


def answered(
    configure: Executable, terminal: Terminal, keys: str, meanwhile: Callable[[], object] = str
) -> tuple[int, str]:
    """Answer the prompt at a terminal, after something has happened; return the exit code and the output."""
    process = configure.start(*ASKING, prefix=terminal.prefix, stdin=terminal.keyboard)
    assert process.stderr
    said = ""
    while "?" not in said:
        said += process.stderr.read(1)
    # Python loses an interrupt that comes just before it reads.
    until(lambda: _waits_for_keys(process.pid), "it waits for keys")
    meanwhile()
    terminal.press(keys)
    done = finish(process)
    return done.returncode, said + done.stderr


def _waits_for_keys(process: int) -> bool:
    return Path(f"/proc/{process}/wchan").read_text() in {"wait_woken", "n_tty_read"}


def test_a_yes_writes(configure: Executable, home: Home, terminal: Terminal) -> None:
    """The usual way: read the changes, and press Return."""
    assert answered(configure, terminal, "\n")[0] == 0
    assert "[profile dev]" in home.config.read_text()


def test_a_no_writes_nothing(configure: Executable, home: Home, terminal: Terminal) -> None:
    """The message and the exit code report it."""
    before = home.config.read_text()
    exit_code, said = answered(configure, terminal, "n\n")
    assert (exit_code, home.config.read_text()) == (4, before)
    assert f"cancelled; {home.config} is unchanged" in said


def test_an_interrupt_reports_what_is_on_the_disk(
    configure: Executable, home: Home, terminal: Terminal
) -> None:
    """A user who presses Ctrl-C must learn whether something was written."""
    before = home.config.read_text()
    exit_code, said = answered(configure, terminal, "\x03")
    assert (exit_code, home.config.read_text()) == (130, before)
    assert f"Stopped; {home.config} is unchanged." in said


def test_what_another_program_wrote_meanwhile_is_kept(
    configure: Executable, home: Home, terminal: Terminal
) -> None:
    """The prompt may wait for hours, and `aws configure set` uses no lock."""

    def lunch() -> None:
        with home.config.open("a") as config:
            config.write("[profile meanwhile]\nregion = x\n")

    exit_code, said = answered(configure, terminal, "\n\n", lunch)
    text = home.config.read_text()
    assert (exit_code, "[profile meanwhile]" in text, "[profile dev]" in text) == (0, True, True)
    assert said.count(f"Write {home.config}") == 2


# Runs the command, and just before the file on disk changes, another program until it ends.
AT_THE_LAST_MOMENT = """
import os, runpy, subprocess, sys
config, writer, *sys.argv = sys.argv[1:]
def meanwhile(event, arguments):
    global writer
    is_last_moment = event == "ctypes.dlsym" and arguments[1] == "renameat2"
    if writer and (is_last_moment or (event == "os.rename" and arguments[1] == config)):
        command, writer = writer, ""
        subprocess.run(command, shell=True, check=True)
sys.addaudithook(meanwhile)
runpy.run_path(sys.argv[0], run_name="__main__")
"""
WRITERS = {
    "in place": f"{Path(sys.executable).with_name('aws')} configure set region x --profile meanwhile",
    "by replacing": "printf '[profile meanwhile]\\nregion = x\\n' > .aws/other"
    " && cat .aws/config >> .aws/other && mv .aws/other .aws/config",
}


@pytest.mark.parametrize("writer", WRITERS)
def test_what_another_program_writes_at_the_last_moment_stays(
    configure: Executable, home: Home, writer: str
) -> None:
    """It uses no lock, and the changes of neither program may be lost."""
    watched = (sys.executable, "-c", AT_THE_LAST_MOMENT, str(home.config), WRITERS[writer])
    done = configure(prefix=watched)
    text = home.config.read_text()
    assert (done.returncode, "[profile meanwhile]" in text, "[profile dev]" in text) == (
        0,
        True,
        True,
    )
    (backup,) = home.aws.glob("config.*.backup")
    assert "[profile meanwhile]" in backup.read_text()


def test_a_file_that_another_program_makes_at_the_last_moment_stays(
    configure: Executable, home: Home
) -> None:
    """Two scripts may set up a new computer."""
    session = home.config.read_text()
    home.config.unlink()
    writer = WRITERS["in place"]
    watched = (sys.executable, "-c", AT_THE_LAST_MOMENT, str(home.config), writer)
    url = ("--start-url", "https://x.awsapps.com/start", "--sso-region", "us-east-1")
    done = configure(*DEV, *url, prefix=watched)
    text = home.config.read_text()
    assert (done.returncode, "[profile meanwhile]" in text, "[profile dev]" in text) == (
        0,
        True,
        True,
    )
    assert session not in text


def test_what_another_program_has_begun_to_write_is_in_the_backup(
    configure: Executable, home: Home
) -> None:
    """It has the old file open, whose content can then only be kept in the backup."""
    with home.config.open("r+b", buffering=0) as slow:
        assert configure().returncode == 0
        slow.write(b"# written late\n")
    (backup,) = home.aws.glob("config.*.backup")
    assert backup.read_bytes().startswith(b"# written late\n")
    assert "[profile dev]" in home.config.read_text()


REGIONS = (
    *("eu-west-1", "eu-west-2", "eu-west-3", "eu-north-1"),
    *("eu-south-1", "eu-central-1", "us-east-1"),
)


def move(configure: Executable, *regions: str) -> None:
    """Write the profile dev once for each region, so that each time there is another backup."""
    for region in regions:
        assert configure(*DEV, "--region", region).returncode == 0


def regions(home: Home, pattern: str = "config.*Z*.backup") -> list[str]:
    """Return the region of the profile dev in each backup; empty for one without the profile."""
    texts = [path.read_text() for path in home.aws.glob(pattern)]
    return sorted(text.partition("\nregion = ")[2].strip() for text in texts)


def test_the_newest_five_backups_are_kept(configure: Executable, home: Home) -> None:
    """A populate every morning would leave hundreds in a year."""
    move(configure, *REGIONS)
    assert regions(home) == sorted(REGIONS[1:-1])


def test_no_backup_of_the_user_is_removed(configure: Executable, home: Home) -> None:
    """A file with such a name may be the user's own, or hold changes that are nowhere else."""
    own = home.aws / "config.20200101T000000Z.backup"
    own.write_text("[profile dev]\nregion = own\n")
    move(configure, REGIONS[0])
    (edited,) = (path for path in home.aws.glob("config.*Z*.backup") if path != own)
    with edited.open("a") as file:
        file.write("[profile dev]\nregion = edited\n")
    move(configure, *REGIONS[1:])
    assert regions(home) == sorted(["own", "edited", *REGIONS[1:-1]])


def test_backups_of_other_files_are_counted_apart(configure: Executable, home: Home) -> None:
    """The config of another project loses none of its backups because of this one."""
    other = ("--config-file", str(home.aws / "config.other"), "--sso-session", "corp")
    url = ("--start-url", "https://x.awsapps.com/start", "--sso-region", "us-east-1")
    for region in REGIONS[:2]:
        assert configure(*DEV, *other, *url, "--region", region).returncode == 0
    move(configure, *REGIONS)
    assert len(regions(home, "config.other.*Z*.backup")) == 1


def test_without_a_record_all_backups_stay(configure: Executable, home: Home) -> None:
    """It is in the state folder, which may be deleted at any time."""
    move(configure, *REGIONS[:5])
    (home.state / "config.backups").unlink()
    move(configure, *REGIONS[5:])
    assert len(regions(home)) == len(REGIONS)
