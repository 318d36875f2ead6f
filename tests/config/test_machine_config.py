"""The config file of the machine: sessions that an administrator provides to all users.

Each test has a folder of its own at the place of the file, in a mount namespace; /etc itself is not touched.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from credential_process.sandbox import ACCESS_TENANT, Sandbox
from testing.executable import Executable
from testing.home import SESSION, Home
from testing.people import Person

ROOT = () if os.geteuid() == 0 else ("--map-root-user",)
MOUNTS = ("unshare", *ROOT, "--mount")
MOUNT = """\
mount -t overlay none /etc -o "lowerdir=$1:/etc" && mount --bind "$2" /etc/sso-credential-process &&
shift 2 && exec "$@"
"""
FILE = "/etc/sso-credential-process/config"
ELSEWHERE = "https://d-9999999999.awsapps.com/start"


def may_mount() -> bool:
    """Return whether mount namespaces can be made here."""
    command = shutil.which("unshare")
    return command is not None and (
        subprocess.run([*MOUNTS, "true"], check=False, capture_output=True).returncode == 0
    )


pytestmark = pytest.mark.skipif(not may_mount(), reason="may not mount here (unshare --mount)")


@dataclass(frozen=True)
class Machine:
    """A machine whose folder for the file is `folder`, and the home of a user without a session."""

    folder: Path
    prefix: tuple[str, ...]
    home: Home
    sandbox: Sandbox

    def provide(self, *lines: str, start_url: str = "") -> None:
        """Write the file, with the session corp and these lines in it."""
        self.write(self.section(*lines, start_url=start_url))

    def write(self, text: str) -> None:
        """Write the file as a package manager does: by putting another in its place."""
        new = self.folder / "new"
        new.write_text(text)
        new.chmod(0o644)
        new.replace(self.folder / "config")

    def add(self, *lines: str, start_url: str = "") -> None:
        """Add the session corp to the user's config file."""
        self.home.config.write_text(self.section(*lines, start_url=start_url))

    def section(self, *lines: str, start_url: str = "") -> str:
        """Return a section of the session corp."""
        start_url = start_url or self.sandbox.start_url
        text = SESSION.format(name="corp", start_url=start_url, region=self.sandbox.region)
        return text + "".join(f"{line}\n" for line in lines)


@pytest.fixture
def machine(tmp_path: Path, home: Home, sandbox: Sandbox) -> Machine:
    """Return a machine that has no such file yet, and a user without a config file."""
    over, folder = tmp_path / "over", tmp_path / "machine"
    (over / "sso-credential-process").mkdir(parents=True)
    folder.mkdir(mode=0o755)
    home.config.unlink()
    prefix = (*MOUNTS, "sh", "-c", MOUNT, "sh", str(over), str(folder))
    return Machine(folder, prefix, home, sandbox)


@pytest.fixture
def run(machine: Machine, get: Executable) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Return a function that runs a command on this machine: ``run("status", "--json")``."""

    def run(command: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        line = get.arguments if command == "get" else ()
        executable = Executable(command, get.home, get.environment, (*line, *arguments))
        return executable(prefix=machine.prefix)

    return run


Run = Callable[..., subprocess.CompletedProcess[str]]


def test_a_user_without_a_section_has_the_session_of_the_machine(
    machine: Machine, run: Run, sandbox: Sandbox, person: Person
) -> None:
    """An administrator hands out one file, and no user has to write a start URL."""
    machine.provide()
    first, second = run("get"), run("get")
    assert (first.returncode, first.stderr, second.stdout) == (0, "", first.stdout)
    assert sandbox.counters()["role_credentials"] == 1
    assert len(person.arrivals()) == 1


def test_cached_credentials_are_printed_without_a_broker(
    machine: Machine, run: Run, home: Home
) -> None:
    """The warm path has to check one file more, and no more than that."""
    machine.provide()
    line = run("get").stdout
    for folder in home.state.glob("session-*/hosts"):
        folder.rename(folder.with_name("gone"))
    assert run("get").stdout == line
    assert list(home.state.glob("session-*/hosts")) == []


@pytest.mark.parametrize(
    ("line", "state"),
    [("", "signed_in"), ("credential_process_login = sometimes", "misconfigured")],
)
def test_a_prompt_shows_the_state_of_a_session_of_the_machine(
    machine: Machine, run: Run, line: str, state: str
) -> None:
    """`status --short` has a reader of its own, which knows nothing of this file."""
    machine.provide(line)
    machine.home.config.write_text("[profile dev]\nsso_session = corp\n")
    machine.home.sign_in(machine.sandbox)
    (long,) = json.loads(run("status", "--json", "dev").stdout)["sessions"]
    short = run("status", "--short", "dev", "--format", "{state}").stdout
    assert (short, long["state"]) == (f"{state}\n", state)


def test_a_section_that_the_user_adds_replaces_that_of_the_machine(
    machine: Machine, run: Run
) -> None:
    """Credentials that were cached for the session of the machine may be of another organisation."""
    machine.provide()
    assert run("get").returncode == 0
    machine.add(start_url=ELSEWHERE)
    done = run("get", "--no-login")
    assert (done.stdout, done.returncode) == ("", 3)


def test_credentials_are_not_kept_when_the_start_url_of_the_machine_changes(
    machine: Machine, run: Run
) -> None:
    """The user's own files are the same as before."""
    machine.provide()
    assert run("get").returncode == 0
    machine.provide(start_url=ELSEWHERE)
    done = run("get", "--no-login")
    assert (done.stdout, done.returncode) == ("", 3)


def test_a_change_that_leaves_the_session_alone_costs_no_fetch(
    machine: Machine, run: Run, sandbox: Sandbox
) -> None:
    """A configuration manager may write the same file every half hour."""
    machine.provide()
    line = run("get").stdout
    machine.provide("credential_process_login = never")
    assert run("get").stdout == line
    assert sandbox.counters()["role_credentials"] == 1


def test_the_section_of_the_user_wins(machine: Machine, run: Run) -> None:
    """A user may have to reach a replica in another region."""
    machine.provide("credential_process_device_code = always", start_url=ELSEWHERE)
    machine.add()
    assert run("get").returncode == 0


@pytest.mark.parametrize("key", ["login", "browser"])
def test_a_never_of_the_machine_wins(machine: Machine, run: Run, key: str, person: Person) -> None:
    """An administrator decides where nothing may open a page automatically, also for a broker that runs already."""
    machine.add(f"credential_process_{key} = auto")
    machine.provide(f"credential_process_{key} = never", start_url=ELSEWHERE)
    assert run("get").returncode == 3
    machine.provide(f"credential_process_{key} = auto", start_url=ELSEWHERE)
    assert (len(person.arrivals()), run("get").returncode) == (0, 0)


def test_a_never_of_the_user_is_kept(machine: Machine, run: Run) -> None:
    """The machine forbids, and allows nothing that the user has forbidden."""
    machine.provide("credential_process_login = auto")
    machine.add("credential_process_login = never")
    assert run("get").returncode == 3


def by_mode(mode: int) -> Callable[[Path], None]:
    """Return what gives a file or folder this mode."""
    return lambda path: path.chmod(mode)


def by_owner(path: Path) -> None:
    """Give a file or folder to another user."""
    os.chown(path, 12345, 0)


UNTRUSTED = [
    pytest.param("config", by_mode(0o666), "users may write {} (0666)", id="the file of all"),
    pytest.param("config", by_mode(0o664), "users may write {} (0664)", id="the file of a group"),
    pytest.param("", by_mode(0o777), "users may write {} (0777)", id="the folder of all"),
    pytest.param("", by_mode(0o1777), "users may write {} (1777)", id="a sticky folder"),
    pytest.param("config", by_owner, "{} does not belong to root", id="the file of a user"),
    pytest.param("", by_owner, "{} does not belong to root", id="the folder of a user"),
]


@pytest.mark.skipif(os.geteuid() != 0, reason="may not change owners here (needs root)")
@pytest.mark.parametrize(("name", "spoil", "reason"), UNTRUSTED)
def test_a_file_that_users_can_have_written_is_ignored(
    machine: Machine, run: Run, name: str, spoil: Callable[[Path], None], reason: str
) -> None:
    """It could lead the sign-ins of all users to a page of the one who wrote it."""
    machine.provide()
    spoil(machine.folder / name)
    reason = reason.format(os.path.dirname(FILE) if not name else FILE)
    done = run("get")
    assert (done.returncode, done.stdout) == (2, "")
    assert f"{FILE} is ignored: {reason}; an administrator has to run: ch" in done.stderr
    assert done.stderr.count("\n") == 1
    found = json.loads(run("check", "--json", "--offline").stdout)["findings"]
    (ignored,) = (each for each in found if each["code"] == "machine-config-ignored")
    assert reason in ignored["message"]


@pytest.mark.skipif(os.geteuid() != 0, reason="may not change owners here (needs root)")
def test_the_target_of_a_link_counts(machine: Machine, run: Run, tmp_path: Path) -> None:
    """Configuration managers make links, but one into a folder of a user would be that user's file."""
    machine.provide()
    folder = tmp_path / "store"
    folder.mkdir(mode=0o755)
    (machine.folder / "config").rename(folder / "config")
    (machine.folder / "config").symlink_to(folder / "config")
    assert run("status").returncode == 3
    folder.chmod(0o777)
    assert f"users may write {folder} (0777)" in run("get").stderr


def test_a_file_that_is_ignored_forbids_nothing(machine: Machine, run: Run) -> None:
    """Any user could have written it."""
    machine.provide("credential_process_login = never")
    machine.add()
    assert run("get").returncode == 3
    (machine.folder / "config").chmod(0o666)
    assert run("get").returncode == 0


def test_a_file_with_a_mistake_is_an_error_that_names_the_line(machine: Machine, run: Run) -> None:
    """What the administrator has forbidden must not be allowed because of a typing mistake."""
    machine.write("sso_start_url\n")
    machine.add()
    done = run("get")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert f"line 1 of {FILE}" in done.stderr
    found = json.loads(run("check", "--json", "--offline").stdout)["findings"]
    assert "config-unreadable" in {each["code"] for each in found}


def test_a_missing_key_names_the_file(machine: Machine, run: Run) -> None:
    """The user has to know that it is not their own file."""
    machine.write("[sso-session corp]\nsso_region = us-east-1\n")
    done = run("get")
    assert done.returncode == 2
    assert FILE in done.stderr


def test_without_the_session_both_places_are_named(machine: Machine, run: Run) -> None:
    """An administrator who renames a session has to recognise it."""
    machine.write(machine.section().replace("corp", "acme"))
    done = run("get")
    assert done.returncode == 2
    assert f"{machine.home.config} and {FILE}" in done.stderr
    assert "acme" in done.stderr


def test_status_and_check_show_where_settings_come_from(machine: Machine, run: Run) -> None:
    """A user who finds nothing in the own file has to know where to look."""
    machine.provide("credential_process_login = never")
    assert f"config  {FILE}" in run("status").stdout.replace("   ", "")
    (state,) = json.loads(run("status", "--json").stdout)["sessions"]
    assert (state["config_file"], state["forbidden"]) == (FILE, [])
    assert f"its section is in {FILE}" in run("check", "--offline").stdout
    machine.add()
    (state,) = json.loads(run("status", "--json").stdout)["sessions"]
    forbidden = ["credential_process_login"]
    assert (state["config_file"], state["forbidden"]) == (str(machine.home.config), forbidden)
    for text in (run("status").stdout, run("check", "--offline").stdout):
        assert "credential_process_login = never" in text


def test_configure_copies_the_session_for_native_profiles_only(machine: Machine, run: Run) -> None:
    """A copy of it would not follow the file of the machine, but SDKs read nothing else."""
    machine.provide()
    account = machine.sandbox.accounts[0].account_id
    role = ("--account-id", account, "--role-name", "Developer", "--region", "us-east-1", "--yes")
    assert run("configure", "profile", "dev", "--sso-session", "corp", *role).returncode == 0
    assert "[sso-session" not in machine.home.config.read_text()
    assert run("export", "--profile", "dev").returncode == 0
    native = ("configure", "profile", "old", "--sso-session", "corp", "--native")
    assert run(*native, *role).returncode == 0
    assert "[sso-session corp]" in machine.home.config.read_text()


def test_a_status_bar_shows_the_sessions_of_the_machine(
    run: Callable[..., subprocess.CompletedProcess[str]], machine: Machine
) -> None:
    """It has parsers of its own, for the user's config file alone."""
    machine.provide()
    machine.home.sign_in(machine.sandbox)
    role = "sso_account_id = 111122220001\nsso_role_name = Developer\n"
    machine.home.config.write_text(f"[profile dev]\nsso_session = corp\n{role}")
    for arguments in ((), ("corp",), ("--sso-session", "corp"), ("dev",), ("--profile", "dev")):
        done = run("status", "--short", *arguments)
        assert (done.returncode, done.stdout, done.stderr) == (0, "corp ✓\n", "")


def test_the_tenant_of_the_machine_counts_for_all_users(
    machine: Machine, run: Run, person: Person
) -> None:
    """Users need not know its id, and one sign-in is enough for both kinds of roles."""
    machine.provide(f"credential_process_tenant_id = {ACCESS_TENANT}")
    done = run("roles", "--json")
    assert (done.returncode, done.stdout.count("role_arn")) == (0, 6)
    assert done.stdout.count("role_name") == 6
    arn = json.loads(done.stdout.splitlines()[-1])["role_arn"]
    assert run("export", "--role-arn", arn).returncode == 0
    assert len(person.arrivals()) == 1
