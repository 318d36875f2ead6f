"""Wants, failures and other files of fields: a broker reads each of them correctly, or not at all."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from credential_process import __version__, errors
from credential_process.broker.loop import Loop
from credential_process.broker.main import Broker
from credential_process.stores import field_files, mailbox
from credential_process.stores.want import Want
from tests.fuzz.conftest import REGION, START_URL, Place, put
from tests.fuzz.damage import Edit, changed, damaged, edits, fuzzed, texts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# What a variable and an argument can contain: any bytes but zero.
values = st.binary(max_size=40).map(lambda text: os.fsdecode(text.replace(b"\0", b"")))
FAILURE = b"exit=3 message=sign-in%20needed hint=login\n"
LINE = b"a=1 b=%20 c=%\n"
names = st.text("abcdefghijklmnopqrstuvwxyz_ABC", min_size=1, max_size=12)


class StillLoop(Loop):
    """A loop that runs no tasks, so that a broker only decides, and sends no request."""

    def run_in_thread(self, task: Callable[[], None]) -> None:
        """Do not run the task."""

    run_in_token_thread = run_in_thread


@pytest.fixture(scope="module")
def want(place: Place) -> dict[str, str]:
    """Return a want as a caller at a terminal posts it."""
    mailbox.open_box(place.host)
    return {
        "version": __version__,
        "session": "corp",
        "start_url": "",
        "region": "",
        "asker": "terraform",
        "AWS_CONFIG_FILE": place.config,
        "HOME": str(place.home),
        "https_proxy": "http://127.0.0.1:9",
        "kind": "role",
        "account": "111122220001",
        "accounts": "111122220001,111122220002",
        "role": "Developer",
        "reach": "terminal",
        "terminal": "yes",
    }


@pytest.fixture(scope="module")
def post(place: Place) -> Iterator[Callable[[bytes], Path]]:
    """Return a function that posts a want with this content, whose caller is alive."""
    path = Path(place.host) / "wants" / "0123456789abcdef"
    held: list[int] = []

    def post(content: bytes) -> Path:
        put(str(path), content)
        held.append(os.open(path, os.O_RDWR))
        fcntl.flock(held[-1], fcntl.LOCK_EX)
        if len(held) > 1:
            os.close(held.pop(0))
        return path

    yield post
    for descriptor in held:
        os.close(descriptor)


@fuzzed
@given(fields=st.dictionaries(names, values, max_size=6))
def test_fields_are_read_as_they_were_written(fields: dict[str, str]) -> None:
    """The password of a proxy and the name of a folder may contain any character."""
    line = field_files.to_line(fields)
    assert field_files.from_line(line) == fields
    assert (line.isascii(), line.count("\n")) == (True, 1)


@pytest.mark.parametrize("kind", ["role", "accounts", "account_roles"])
def test_a_valid_want_is_read_as_it_was_written(
    place: Place, want: dict[str, str], post: Callable[[bytes], Path], kind: str
) -> None:
    """The positive control of the next test, which a broker that takes no want would pass."""
    fields = want | {"kind": kind}
    path = post(field_files.to_line(fields).encode())
    broker = Broker(place.host, StillLoop(), holds_lock=lambda: True)
    broker._wants.look()
    path.unlink()
    assert {name: taken.fields for name, taken in broker._wants.by_name.items()} == {
        path.name: fields
    }


@fuzzed
@given(data=st.data(), is_new=st.booleans())
def test_no_want_ends_the_broker(
    place: Place,
    want: dict[str, str],
    post: Callable[[bytes], Path],
    data: st.DataObject,
    *,
    is_new: bool,
) -> None:
    """If one want ended the broker, all other open wants would fail, and the next broker would end, too.

    A want is answered, waits, or is removed as invalid; paths in it never lead out of the session's folder.
    """
    kinds = st.sampled_from(["role", "token", "accounts", "account_roles", "logout", "cancel", "?"])
    by_url = want | {"session": "", "start_url": START_URL, "region": REGION}
    fields = data.draw(changed(want, texts) | changed(by_url, texts))
    line = field_files.to_line(fields | {"kind": data.draw(kinds)}).encode()
    path = post(damaged(line, data.draw(st.just([]) | edits)))
    broker = Broker(place.host, StillLoop(), holds_lock=lambda: True)
    broker._is_new = is_new
    broker._wants.look()
    path.unlink(missing_ok=True)
    failure = mailbox.failure_of(place.host, Want(str(path), {}))
    assert failure is None or failure.exit_code in range(2, 6) or "unknown kind" in failure.message
    assert sorted(os.listdir(place.home)) == [".aws", "config", "state"]
    assert os.listdir(place.state) == ["session-corp"]


@fuzzed
@given(made=edits)
@example(made=[])
def test_a_damaged_failure_is_a_failure_or_none(place: Place, made: list[Edit]) -> None:
    """A caller whose answer is damaged asks once more, and never prints a traceback."""
    content = damaged(FAILURE, made)
    put(os.path.join(place.host, "failures", "0123456789abcdef"), content)
    failure = mailbox.failure_of(place.host, Want("0123456789abcdef", {}))
    assert content != FAILURE or (
        isinstance(failure, errors.SignInNeeded)
        and (failure.message, failure.hint) == ("sign-in needed", "login")
    )
    assert failure is None or isinstance(failure, errors.CredentialProcessError)
    assert failure is None or failure.exit_code in {1, 2, 3, 4, 5, 70}


@fuzzed
@given(content=st.binary(max_size=60) | edits.map(lambda made: damaged(LINE, made)))
@example(content=LINE)
@example(content=b"a=%00\n")
def test_a_line_is_fields_or_nothing(place: Place, content: bytes) -> None:
    """Fields become names of files and variables, which must not contain a zero byte."""
    path = f"{place.home}/state/line"
    put(path, content)
    found = field_files.read(path)
    Path(path).unlink()
    assert content != LINE or found == {"a": "1", "b": " ", "c": ""}
    assert found is None or "\0" not in "".join(found.values())
