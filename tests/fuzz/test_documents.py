"""Role documents that were damaged, swapped or written by other programs: no caller gets the credentials of another."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from credential_process import documents, paths, warm
from credential_process.stores import document_store
from tests.fuzz.conftest import REGION, START_URL, Place, put
from tests.fuzz.damage import Edit, damaged, edits, fuzzed, texts

ACCOUNT, ROLE = "111122220001", "Developer"
NOW = int(time.time())
OWN = "OWN"
OWN_BY_NAME, OWN_BY_URL = 0, 13  # the place of each among the documents
BY_NAME = ["--sso-session", "corp"]
BY_URL = ["--start-url", START_URL, "--sso-region", REGION]


def a_line(key: str) -> str:
    """Return the line with credentials that show to which document they belong."""
    secrets = '"SecretAccessKey":"s","SessionToken":"t","Expiration":"2030-01-01T00:00:00Z"'
    return f'{{"Version":1,"AccessKeyId":"ASIA{key}",{secrets}}}\n'


def a_document(place: Place, **changes: object) -> bytes:
    """Return a document as the broker writes it, with changes as in documents of other sessions."""
    members: dict[str, object] = {
        "subject": documents.role_subject(ACCOUNT, ROLE),
        "refresh_at": NOW + 7 * 3600,
        "expires_at": NOW + 8 * 3600,
        "session": "corp",
        "start_url": START_URL,
        "region": REGION,
        "endpoints": ("", ""),
        "sign_in": "one",
        "config": documents.stamp(place.config),
        "token": documents.stamp(place.token_file),
        "line": a_line("-".join(changes) or OWN),
    }
    path = f"{place.state}/written"
    document_store.store(path, documents.Document(**(members | changes)))  # type: ignore[arg-type]
    return Path(path).read_bytes()


class Shelf:
    """The document of the caller, and documents that must never be taken for it."""

    def __init__(self, place: Place, documents: tuple[bytes, ...]) -> None:
        self.place = place
        self.documents = documents

    def check(self, session: list[str], content: bytes) -> None:
        """Write a document at the path that a caller reads, and check what is printed."""
        named = session is BY_NAME
        folder = paths.session_folder(
            self.place.state, "corp" if named else "", "" if named else START_URL
        )
        put(paths.role_path(folder, ACCOUNT, ROLE), content)
        printed = warm.replay([*session, "--account-id", ACCOUNT, "--role-name", ROLE])
        if content == self.documents[OWN_BY_NAME if named else OWN_BY_URL]:
            assert printed == a_line(OWN if named else "session-config")
        if printed is None:
            return
        header, _, line = content.decode("ascii").partition("\n")
        form, subject, refresh_at, expires_at, _, *words = header.split(" ")
        name, start_url, region, sso, oidc, _, config, machine, token = map(
            documents.unescape, words
        )
        assert (form, subject) == (documents.FORMAT, documents.role_subject(ACCOUNT, ROLE))
        assert (sso, oidc) == ("", "")
        config_stamp = documents.stamp(self.place.config) if named else ""
        assert (name, config) == ("corp" if named else "", config_stamp)
        assert machine in {"", documents.stamp(documents.stamped_path(machine))}
        assert named or (start_url, region) == (START_URL, REGION)
        assert NOW < min(int(refresh_at), int(expires_at)) < NOW + 13 * 3600
        assert token == documents.stamp(self.place.token_file)
        assert printed == line
        assert (line[-2:], line[:-1].isprintable()) == ("}\n", True)


@pytest.fixture(scope="module")
def shelf(place: Place) -> Shelf:
    """Write them."""
    url: dict[str, object] = {"session": "", "config": ""}
    changes: tuple[dict[str, object], ...] = (
        {},
        {"subject": documents.role_subject(ACCOUNT, "Administrator")},
        {"subject": documents.role_subject("999999999999", ROLE)},
        {"session": "other"},
        {"config": f"1:2:3:4:{place.config}"},
        {"endpoints": ("https://portal.example", "")},
        {"endpoints": ("", "https://oidc.example")},
        {"token": f"1:2:3:4:{place.token_file}"},
        {"token": documents.stamp(place.config)},
        {"refresh_at": NOW - 10},
        {"refresh_at": NOW - 20, "expires_at": NOW - 10},
        {"expires_at": NOW + 400 * 86_400},
        {"token": ""},
        url,
        {**url, "start_url": f"{START_URL}/"},
        {**url, "region": "eu-west-1"},
        {"machine": f"1:2:3:4:{place.config}"},
        {"machine": documents.stamp(place.token_file)},
    )
    return Shelf(place, tuple(a_document(place, **change) for change in changes))


@fuzzed
@given(session=st.sampled_from([BY_NAME, BY_URL]), which=st.integers(0, 17), made=edits)
@example(session=BY_NAME, which=OWN_BY_NAME, made=[])
@example(session=BY_URL, which=OWN_BY_URL, made=[])
@example(session=BY_NAME, which=OWN_BY_NAME, made=[(-40, 1, b"\n")])
def test_a_damaged_document_prints_its_own_line_or_none(
    shelf: Shelf, session: list[str], which: int, made: list[Edit]
) -> None:
    """Only a line from a document of this account, role and session that has not expired may be printed.

    Crashes, editors and copies of folders damage documents, and a program that runs with another role's keys
    deletes in the wrong account.
    """
    shelf.check(session, damaged(shelf.documents[which], made, *shelf.documents))


@fuzzed
@given(
    session=st.sampled_from([BY_NAME, BY_URL]),
    which=st.tuples(st.integers(0, 17), st.integers(0, 17)),
    words=st.dictionaries(st.integers(0, 13), st.none() | texts, min_size=1, max_size=3),
)
@example(session=BY_NAME, which=(OWN_BY_NAME, OWN_BY_NAME), words={})
@example(session=BY_URL, which=(OWN_BY_URL, OWN_BY_URL), words={})
def test_a_header_with_words_of_another_prints_its_own_line_or_none(
    shelf: Shelf, session: list[str], which: tuple[int, int], words: dict[int, str | None]
) -> None:
    """One wrong word must make it a miss, even if all lengths are right."""
    one, other = (shelf.documents[at].partition(b"\n") for at in which)
    header = one[0].split(b" ")
    for at, text in words.items():
        header[at] = other[0].split(b" ")[at] if text is None else documents.escape(text).encode()
    shelf.check(session, b" ".join(header) + b"\n" + one[2])
