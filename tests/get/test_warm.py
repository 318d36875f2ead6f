"""When `get` may answer from one file, and when not."""

import json
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from credential_process.sandbox import Sandbox
from testing import processes
from testing.executable import Executable
from testing.home import Home
from testing.people import Person


@pytest.fixture
def document(get: Executable, home: Home) -> Path:
    """Sign in, fetch, and return the document that the warm path replays."""
    assert get().returncode == 0
    return home.document(get.arguments[3], get.arguments[5])


def fetches(sandbox: Sandbox) -> int:
    """Return how often role credentials were fetched."""
    return int(sandbox.counters()["role_credentials"])


def test_warm_needs_no_service(
    get: Executable, document: Path, sandbox: Sandbox, nobody: Person
) -> None:
    """On a train, credentials from an hour ago still work."""
    assert document.is_file()
    before = len(sandbox.requests())
    sandbox.set_faults({"count": None, "preset": "drop"})
    done = get(environment={**get.environment, "BROWSER": nobody.browser})
    assert (done.returncode, done.stderr) == (0, "")
    assert len(sandbox.requests()) == before


def test_warm_starts_no_process(get: Executable, document: Path) -> None:
    """A warm answer reads a file, and asks no broker."""
    assert document.is_file()
    processes.end(get.home)
    get()
    assert processes.of(get.home) == {}


def test_each_role_has_its_own_document(get: Executable, sandbox: Sandbox) -> None:
    """A caller must never get the credentials of another role than it asked for."""
    lines = {
        get("--sso-session", "corp", "--account-id", account.account_id, "--role-name", role).stdout
        for account in sandbox.accounts
        for role in account.roles
    }
    assert len(lines) == 6
    assert sandbox.counters()["authorize"] == 1


@pytest.mark.usefixtures("document")
def test_a_deleted_token_ends_the_warm_path(get: Executable, home: Home, sandbox: Sandbox) -> None:
    """`aws sso logout` deletes the token, and must sign out every caller."""
    home.token_file().unlink()
    assert get().returncode == 0
    assert sandbox.counters()["authorize"] == 2


@pytest.mark.usefixtures("document")
def test_a_logout_with_nobody_to_ask_is_a_sign_out(
    get: Executable, home: Home, sandbox: Sandbox
) -> None:
    """After a logout a daemon gets an error at once, and no credentials."""
    home.token_file().unlink()
    done = get(*get.arguments, "--no-login")
    assert (done.returncode, done.stdout, fetches(sandbox)) == (3, "", 1)


def test_a_touched_config_needs_no_fetch(
    get: Executable, home: Home, document: Path, sandbox: Sandbox
) -> None:
    """Adding a profile changes the file, not the session: 1,000 roles must not be fetched again."""
    home.config.write_text(home.config.read_text() + "\n[profile other]\nregion = eu-west-1\n")
    assert get().returncode == 0
    assert fetches(sandbox) == 1
    processes.end(get.home)
    header = document.read_bytes()
    get()
    assert (document.read_bytes(), processes.of(get.home)) == (header, {})


def test_another_start_url_in_the_session_is_another_session(
    get: Executable, home: Home, document: Path, sandbox: Sandbox
) -> None:
    """Credentials of the old organisation must not be handed out for the new one."""
    assert document.is_file()
    with Sandbox(start_url="https://d-0987654321.awsapps.com/start") as other:
        config = home.config.read_text()
        home.config.write_text(config.replace(sandbox.start_url, other.start_url))
        done = get(environment={**get.environment, **other.environment})
        assert (done.returncode, fetches(other)) == (0, 1)


def test_another_config_file_is_another_session(
    get: Executable, home: Home, document: Path, sandbox: Sandbox
) -> None:
    """`AWS_CONFIG_FILE` may define another session of the same name."""
    assert document.is_file()
    elsewhere = home.path / "elsewhere"
    elsewhere.write_text("[default]\n")
    done = get(environment={**get.environment, "AWS_CONFIG_FILE": str(elsewhere)})
    assert (done.returncode, done.stdout, fetches(sandbox)) == (2, "", 1)


def cut(content: bytes) -> bytes:
    """Keep the first half."""
    return content[: len(content) // 2]


def cut_a_byte(content: bytes) -> bytes:
    """Lose the last byte."""
    return content[:-1]


def stray_byte(content: bytes) -> bytes:
    """Add one byte, as concurrent writers do."""
    return content + b"}"


def header_only(content: bytes) -> bytes:
    """Lose the body."""
    return content.partition(b"\n")[0] + b"\n"


def body_only(content: bytes) -> bytes:
    """Lose the header."""
    return content.partition(b"\n")[2]


def empty(_: bytes) -> bytes:
    """Lose everything."""
    return b""


def zeros(content: bytes) -> bytes:
    """Hold what a file system leaves after a power failure."""
    return bytes(len(content))


def other_json(_: bytes) -> bytes:
    """Hold what another program wrote there."""
    return b'{"Version":1,"AccessKeyId":"AKIAFOREIGN"}\n'


def binary(_: bytes) -> bytes:
    """Hold no text at all."""
    return b"\xff\xfe\x00\x01" * 400


def huge(content: bytes) -> bytes:
    """Hold far more than a document has."""
    return content + b"x" * 10_000_000


def next_format(content: bytes) -> bytes:
    """Hold what a later version may write."""
    return content.replace(b"/3 ", b"/4 ", 1)


DAMAGES = (
    cut, cut_a_byte, stray_byte, header_only, body_only, empty, zeros, other_json, binary, huge,
    next_format,
)  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_document_is_a_miss(
    get: Executable, document: Path, sandbox: Sandbox, damage: Callable[[bytes], bytes]
) -> None:
    """Whatever happened to the file: the next caller replaces it, and no user is asked."""
    document.write_bytes(damage(document.read_bytes()))
    done = get()
    assert (done.returncode, done.stderr, fetches(sandbox)) == (0, "", 2)
    assert sandbox.counters()["authorize"] == 1
    assert json.loads(done.stdout)["Version"] == 1


def test_a_document_of_another_role_is_a_miss(
    get: Executable, home: Home, document: Path, sandbox: Sandbox
) -> None:
    """A file that was copied to another name is still another role's."""
    other = home.document(get.arguments[3], "Administrator")
    other.write_bytes(document.read_bytes())
    done = get(*get.arguments[:-1], "Administrator")
    assert (done.returncode, fetches(sandbox)) == (0, 2)
    assert done.stdout not in document.read_text()


def test_a_document_from_the_future_is_a_miss(
    get: Executable, document: Path, sandbox: Sandbox
) -> None:
    """The clock was wrong when it was written, so its dates mean nothing."""
    ahead = time.time() + 24 * 3600
    os.utime(document, (ahead, ahead))
    assert (get().returncode, fetches(sandbox)) == (0, 2)


def test_a_document_that_is_a_link_is_a_miss(
    get: Executable, home: Home, document: Path, sandbox: Sandbox
) -> None:
    """No version ever makes links, so another program did."""
    document.rename(home.path / "moved")
    document.symlink_to(home.path / "moved")
    assert (get().returncode, fetches(sandbox)) == (0, 2)


def test_a_folder_in_place_of_a_document_causes_no_traceback(
    get: Executable, document: Path
) -> None:
    """A damaged disk must never cause a traceback."""
    document.unlink()
    document.mkdir()
    done = get()
    assert len(done.stderr.splitlines()) <= 1
    assert "Traceback" not in done.stderr


def test_credentials_near_their_end_are_renewed(
    home: Home, get: Executable, sandbox: Sandbox
) -> None:
    """With less than 15 minutes left, botocore calls for every request, so the cache must be newer."""
    with Sandbox(role_session_seconds=900) as short:
        environment = {**get.environment, **short.environment}
        assert get(environment=environment).returncode == 0
        (document,) = home.state.glob("session-corp@*/roles/*/*")
        # Make the document half an hour older than it is, by the date of its file.
        refresh_at, expires_at = document.read_text().split(" ")[2:4]
        content = document.read_text()
        for time_of_it in (refresh_at, expires_at):
            content = content.replace(time_of_it, str(int(time_of_it) - 600), 1)
        document.write_text(content)
        assert get(environment=environment).returncode == 0
        assert (fetches(short), short.counters()["authorize"], fetches(sandbox)) == (2, 1, 0)


def test_state_is_readable_by_its_owner_alone(home: Home, document: Path) -> None:
    """These files are as good as a password for an hour."""
    assert document.is_file()
    secrets = [path for path in home.state.rglob("*") if path.is_file()]
    secrets += home.token_file().parent.iterdir()
    assert {oct(path.stat().st_mode & 0o077) for path in secrets} == {"0o0"}
    assert oct(home.state.stat().st_mode & 0o777) == "0o700"
