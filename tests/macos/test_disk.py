"""Where files are on a Mac, and which of them survive a power failure."""

from collections.abc import Callable
from pathlib import Path

from testing.executable import Executable
from testing.home import Home
from testing.people import Person
from tests.macos.conftest import WORLD

LINE = ("--account-id", "111122220001", "--role-name", "Developer", "--region", "eu-west-1")


def written_through(home: Path) -> set[Path]:
    """Return the folders whose files or names were written through the drive's cache."""
    synced = map(Path, Path(WORLD, "synced").read_text().splitlines())
    return {path if path.is_dir() else path.parent for path in synced if home in path.parents}


def test_what_cannot_be_fetched_again_is_written_through(
    get: Executable, home: Home, command: Callable[[str], Executable]
) -> None:
    """Such a write takes a hundred times as long, longer than fetching a role again."""
    assert get().returncode == 0
    assert written_through(home.path) == {home.token_file().parent}
    configure = command("configure")
    assert configure("profile", "dev", *LINE, "--yes").returncode == 0
    assert written_through(home.path) == {home.token_file().parent, home.aws}


def test_the_users_own_folder_for_temporary_files_comes_next(
    get: Executable, home: Home, tmp_path: Path, nobody: Person
) -> None:
    """`/tmp` belongs to all users, and unused files in it are deleted after three days."""
    assert get().returncode == 0
    home.state.rename(home.path / "before")
    home.state.touch()  # a home that state cannot be stored in
    temporary = tmp_path / "T"
    temporary.mkdir(mode=0o700)
    environment = {**get.environment, "DARWIN_USER_TEMP_DIR": f"{temporary}/"}
    for role in ("Developer", "Administrator", "Developer"):
        line = (*get.arguments[:-1], role)
        done = get(*line, environment={**environment, "BROWSER": nobody.browser})
        assert (done.returncode, done.stderr) == (0, "")
    assert len(list(temporary.glob("sso-credential-process/session-corp@*/roles/*/*"))) == 2
