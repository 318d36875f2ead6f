"""Files that Windows does not move while they are open, here or in another program; Wine does."""

from pathlib import Path

import pytest

from testing import windows

REPLACE = """
from credential_process import files
refusals_left = {refusals}
files.replace(folder + "/file", "new")
print(refused)
"""
FORGET = """
from credential_process import files
from credential_process.stores import document_store
os.makedirs(folder + "/roles/111122220001")
for name in ("file", "roles/111122220001/developer", "roles/111122220001/admin"):
    open(folder + "/" + name, "w").close()
refusals_left = {refusals}
files.remove(folder + "/file")
document_store.forget([folder])
print(os.listdir(folder), refused)
"""
FORGET_IN_VAIN = """
import time
from credential_process import files
times = iter([0, 1, 2, 3])
time.monotonic, time.sleep = lambda: next(times), lambda seconds: None
with open(folder + "/file", "w"):
    files.remove(folder + "/file")
print(os.listdir(folder), refused)
"""
SIGN_OUT = """
import itertools, time
from credential_process import files
from credential_process.config.sso_session import SsoSession
from credential_process.session import sign_out
from credential_process.session.token_store import TokenStore
from credential_process.stores import sign_in_record, token_cache, token_journal
session = SsoSession("corp", "https://corp.example", "us-east-1")
tokens = TokenStore(session, folder, folder + "/session-corp")
token = token_cache.Token("https://corp.example", "us-east-1", "old", 2000000000)
file = tokens.paths[0]
token_cache.store(file, token)
lock = tokens.exchanging()
lock.__enter__()
with files.draft(file, draft_path=token_journal.path(file, "old")) as journal:
    journal.write(token_cache.to_text(token._replace(access_token="new")))
    {during}
    clock = itertools.count()
    time.monotonic, time.sleep = lambda: next(clock), lambda seconds: None
    before = sign_in_record.read(tokens.folder)
    gone = sign_out._delete_tokens(tokens)
    print([token.access_token for token in gone.tokens], os.path.exists(file), tokens.has_ended(before), gone.failure)
"""
REFRESH = """
import itertools, time
from credential_process.config.sso_session import SsoSession
from credential_process.errors import Unavailable
from credential_process.session import token_exchange
from credential_process.session.token_store import TokenStore
from credential_process.stores import token_cache
session = SsoSession("corp", "https://corp.example", "us-east-1")
tokens = TokenStore(session, folder, folder + "/session-corp")
registration = token_cache.Registration("client", "secret", 2000000000)
token_cache.store(
    tokens.paths[0], token_cache.Token(*session[1:3], "old", 1, registration, "single use")
)
grant = types.SimpleNamespace(access_token="new", expires_at=2000000000, refresh_token="")
service = types.SimpleNamespace(refresh=lambda *_: grant)
clock = itertools.count()
time.monotonic, time.sleep = lambda: next(clock), lambda seconds: None
open_in_editor = open(tokens.paths[0])
try:
    token_exchange.refresh(tokens, service, "old")
except Unavailable as error:
    print(error.message.partition("(")[0], refused)
open_in_editor.close()
print(token_exchange.refresh(tokens, None, "old").access_token, len(os.listdir(os.path.dirname(tokens.paths[0]))))
"""
EDIT = """
from credential_process.config import writer
refusals_left = {refusals}
kept = writer.edit(
    folder + "/file", lambda sections: sections.add("profile one", "[profile one]\\nregion = eu-west-1\\n"),
    state_root=folder + "/state", confirm=lambda changes: None,
)
print(open(kept).read() == "[default]\\noutput = json\\n", refused)
"""
LIST = """
from credential_process.stores import account_list
partial, whole = folder + "/partial", folder + "/accounts"
source = account_list.Source("corp", "https://corp.example", "us-east-1", ("", ""), "id", 1.0)
descriptor = account_list.begin(partial, source)
with account_list.AccountList(partial) as reader:
    account_list.add(descriptor, account_list.Account("111122220001", "Production", ""))
    account_list.complete(descriptor, partial, whole)
    print(len(reader.more()), reader.is_complete, refused)
"""
LOG = """
import logging
from credential_process.broker import log_file
log_file._LARGEST_LOG = 10
log_file.log_to(folder + "/log")
log_file.log.info("one")
log_file.log.info("two")
logging.shutdown()
print(refused)
"""
UNUSED = """
from credential_process.broker import log_file, unused_folder
from credential_process.stores import mailbox
from credential_process.system import locks
host = folder + "/session-crop/hosts/here"
mailbox.open_box(host)
log_file.log_to(host + "/broker.log")
log_file.log.info("alive")
for name in ("broker.info", "start.lock", "broker.lock"):
    open(host + "/" + name, "w").close()
lock = locks.take(host + "/broker.lock", timeout_seconds=0)
unused_folder.release_and_remove(host, lock)
print(os.listdir(folder), refused)
"""
FOLDERS = """
from credential_process import files, paths
from credential_process.client import terminal
from credential_process.stores import mailbox
from credential_process.system import surroundings
surroundings.terminal_session = lambda: "1"
mkdir, modes = os.mkdir, set()

def remember(path, mode=0o777, **more):
    modes.add(mode)
    mkdir(path, mode, **more)

os.mkdir = remember
os.environ["HOME"] = folder
root = paths.state_root()
mailbox.open_box(root + "/session-corp/hosts/here")
files.replace(folder + "/.aws/sso/cache/token.json", "{}")
terminal._is_next(root + "/session-corp/hosts/here", "sign-in", "want")
print(root == folder + "/.aws/sso-credential-process", *map(oct, modes))
"""
OUTSIDE = """
from credential_process import paths
from credential_process.stores import mailbox
os.environ["HOME"] = folder + "/home"
os.mkdir(folder + "/home")
mkdir, modes = os.mkdir, []

def remember(path, mode=0o777, **more):
    modes.append(mode)
    mkdir(path, mode, **more)

os.mkdir = remember
os.environ["SSO_CREDENTIAL_PROCESS_HOME"] = folder + "/state/"
root = paths.state_root()
mailbox._make_folders(root + "/session-corp")
print(root == folder + "/state", *map(oct, modes))
"""
MISSING = """
import ntpath
from credential_process import files
from credential_process.stores import mailbox
os.path, os.sep = ntpath, ntpath.sep

def mkdir(path, mode=0o777):
    raise FileNotFoundError(errno.ENOENT, "there is no such drive", path)

os.mkdir = mkdir
for place in ("Z:/", "Z:", "//server/share/"):
    for make in (lambda path: files.replace(path, ""), mailbox.open_box):
        try:
            make(ntpath.join(place, "one", "two"))
        except FileNotFoundError as error:
            print(error.filename)
"""
PATHS = """
import ntpath
from credential_process import paths
os.path, os.sep = ntpath, ntpath.sep
for chosen in (r"D:\\state", "D:/state/", r"\\\\host\\share\\state", r"\\state", "state", ""):
    root, _ = paths.state_root_candidates(chosen, r"C:\\Users\\me", 0)
    print(root, paths.is_full_path(root))
"""


@pytest.mark.parametrize("refusals", [0, 5])
def test_a_file_is_replaced_once_its_readers_have_closed_it(tmp_path: Path, refusals: int) -> None:
    """A virus scanner opens every new file for a moment."""
    (tmp_path / "file").write_text("old")
    assert windows.run(REPLACE.format(refusals=refusals), tmp_path) == [str(refusals)]
    assert (tmp_path / "file").read_text() == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize("refusals", [0, 1, 5])
def test_files_that_a_sign_out_removes_are_gone_once_their_readers_have_closed_them(
    tmp_path: Path, refusals: int
) -> None:
    """Callers read these files a few times a second, and Python's `open` does not share deletion."""
    assert windows.run(FORGET.format(refusals=refusals), tmp_path) == [f"[] {refusals}"]


def test_files_that_stay_open_are_left_in_the_end(tmp_path: Path) -> None:
    """A broker must neither wait for ever nor fail because a file is open in an editor."""
    assert windows.run(FORGET_IN_VAIN, tmp_path) == ["['file'] 2"]


def test_a_sign_out_during_a_refresh_leaves_the_journal_to_it(tmp_path: Path) -> None:
    """The refreshing process has it open. Deleted tokens are reported all the same, so that they are revoked."""
    assert windows.run(SIGN_OUT.format(during=""), tmp_path) == ["['old'] False True None"]


def test_a_sign_out_reports_a_token_that_stays_open(tmp_path: Path) -> None:
    """The user would still be signed in; the other tokens are revoked."""
    printed = windows.run(SIGN_OUT.format(during="open_in_editor = open(file)"), tmp_path)
    assert printed[0].startswith("[] True True the token file cannot be deleted: in use")


def test_a_token_whose_file_is_open_is_stored_later(tmp_path: Path) -> None:
    """The refresh token is spent by then, and without the new one the user would have to sign in."""
    assert windows.run(REFRESH, tmp_path) == [
        "the token file cannot be changed: in use  10",
        "new 1",
    ]


@pytest.mark.parametrize("refusals", [0, 5])
def test_a_config_file_is_edited_although_files_cannot_be_exchanged(
    tmp_path: Path, refusals: int
) -> None:
    """The old text is kept as a backup, and the new one is in place."""
    (tmp_path / "file").write_text("[default]\noutput = json\n")
    assert windows.run(EDIT.format(refusals=refusals), tmp_path) == [f"True {refusals}"]
    assert "[profile one]" in (tmp_path / "file").read_text()


def test_a_list_is_renamed_while_it_is_read(tmp_path: Path) -> None:
    """`roles` reads the list while it grows, and must not keep the broker from finishing it."""
    assert windows.run(LIST, tmp_path) == ["1 True 0"]
    assert [path.name for path in tmp_path.iterdir()] == ["accounts"]


def test_a_log_is_closed_before_it_is_moved(tmp_path: Path) -> None:
    """Otherwise it would grow without limit."""
    assert windows.run(LOG, tmp_path) == ["0"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["log.1"]


def test_the_folder_of_a_mistyped_session_is_removed_when_nothing_in_it_is_open(
    tmp_path: Path,
) -> None:
    """The broker closes its log before it removes it, and releases its lock before it removes that."""
    assert windows.run(UNUSED, tmp_path) == ["[] 0"]


def test_folders_get_the_access_list_of_their_folder(tmp_path: Path) -> None:
    """With mode 0700, Python locks users out of folders that they have created as administrators."""
    assert windows.run(FOLDERS, tmp_path) == ["True 0o777"]


def test_a_root_outside_of_the_profile_gets_a_list_of_its_own(tmp_path: Path) -> None:
    """Other users can read folders that inherit the access list of a drive.

    The first folder that is made is ``.aws``, which is in the profile, and the last is in the root.
    """
    assert windows.run(OUTSIDE, tmp_path) == ["True 0o777 0o700 0o777"]


def test_a_drive_that_is_not_there_is_named(tmp_path: Path) -> None:
    """A home on a server may be out of reach, and the folder of a drive is the drive itself."""
    drives = ["Z:/", "Z:", "//server/share/"]
    assert windows.run(MISSING, tmp_path) == [drive for drive in drives for _ in range(2)]


def test_a_chosen_root_needs_a_drive_and_may_end_in_a_backslash(tmp_path: Path) -> None:
    """Otherwise it would be ignored without a message, or be a different folder for each caller."""
    assert windows.run(PATHS, tmp_path) == [
        r"D:\state True",
        r"D:\state True",
        r"\\host\share\state True",
        r"\state False",
        "state False",
        " False",
    ]


def test_the_double_refuses_to_move_an_open_file(tmp_path: Path) -> None:
    """The positive control of the other tests: a double that allowed everything would find nothing."""
    program = """
file = open(folder + "/file", "w")
try:
    os.replace(folder + "/file", folder + "/other")
except PermissionError:
    print("refused")
"""
    assert windows.run(program, tmp_path) == ["refused"]
