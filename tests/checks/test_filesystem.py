"""Modes of files, and why state is stored where it is."""

import grp
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from credential_process import paths
from credential_process.checks import filesystem


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Make a private folder."""
    folder = tmp_path / "state"
    folder.mkdir(mode=0o700)
    return folder


@pytest.mark.parametrize(
    ("mode", "is_found"), [(0o600, False), (0o644, False), (0o664, True), (0o602, True)]
)
def test_files_that_others_write_are_found(tmp_path: Path, mode: int, *, is_found: bool) -> None:
    """Programs run the commands in the config file as you."""
    path = tmp_path / "config"
    path.touch()
    path.chmod(mode)
    assert bool(list(filesystem.writable(str(path)))) == is_found


@pytest.mark.parametrize(("mode", "is_found"), [(0o600, False), (0o644, True), (0o640, True)])
def test_secrets_that_others_read_are_found(tmp_path: Path, mode: int, *, is_found: bool) -> None:
    """A user who reads a token can use it as you, until it expires."""
    path = tmp_path / "token"
    path.touch()
    path.chmod(mode)
    assert bool(list(filesystem.readable(str(path)))) == is_found


@pytest.mark.parametrize(("group", "is_private"), [("root", True), ("users", False)])
def test_a_group_is_private_if_it_has_the_name_of_its_user(
    folder: Path, group: str, *, is_private: bool
) -> None:
    """`staff` of macOS and `users` of some distributions list no members, but are the first group of all users."""
    number = grp.getgrnam(group).gr_gid
    os.chown(folder, -1, number)
    folder.chmod(0o770)
    program = "import sys; from credential_process.system import privacy as us; print(us.others_replace(sys.argv[1]))"
    done = subprocess.run(
        [sys.executable, "-c", program, str(folder)],
        group=number,
        capture_output=True,
        text=True,
        check=True,
    )
    assert (done.stdout == "None\n") == is_private


def _link(folder: Path) -> None:
    target = folder.with_name("elsewhere")
    folder.rename(target)
    folder.symlink_to(target)


def _file(folder: Path) -> None:
    folder.rmdir()
    folder.touch()


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda _: None, ""),
        (Path.rmdir, "it does not exist and cannot be created"),
        (lambda folder: folder.chmod(0o755), "other users may use it (0755)"),
        (lambda folder: os.chown(folder, 1, 1), "it belongs to another user"),
        (_link, "it is a symbolic link"),
        (_file, "it is not a folder"),
    ],
)
def test_a_refused_folder_has_its_reason(
    folder: Path, spoil: Callable[[Path], None], reason: str
) -> None:
    """State is then stored in /tmp, and users ask why."""
    spoil(folder)
    assert filesystem.refusal(str(folder)) == reason


@pytest.mark.parametrize("spoilt", range(3))
def test_check_names_the_folder_that_get_uses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spoilt: int
) -> None:
    """`check` must name the folder that `get` uses."""
    home, own = tmp_path / "home", tmp_path / "own"
    for each in (home, own):
        each.mkdir(mode=0o700)
    aws = home / ".aws" / "sso-credential-process"
    aws.mkdir(mode=0o700, parents=True)
    for each in (own, aws)[:spoilt]:
        each.chmod(0o777)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("SSO_CREDENTIAL_PROCESS_HOME", str(own))
    root = paths.state_root()
    candidates = filesystem.state_roots(os.environ, str(home))
    assert root == next(place for place, reason in candidates if not reason)


def test_refused_folders_are_named() -> None:
    """A read-only home loses nothing, but users must know where to look."""
    (finding,) = filesystem.state_root([("/a", "it is a symbolic link"), ("/b", "")], "/b")
    assert finding.kind.code == "state-refused"
    assert "/a: it is a symbolic link" in finding.message


def test_no_folder_at_all_is_a_problem() -> None:
    """Then nothing works, and each folder has its reason."""
    (finding,) = filesystem.state_root(
        [("/a", "it is a symbolic link"), ("/b", "it is not a folder")], ""
    )
    assert finding.kind.code == "state-none"
    assert "/a: it is a symbolic link; /b: it is not a folder" in finding.message


def test_the_first_folder_is_not_mentioned() -> None:
    """It is the usual case."""
    assert list(filesystem.state_root([("/a", ""), ("/b", "")], "/a")) == []
