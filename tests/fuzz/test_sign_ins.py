"""Files of open sign-ins and of failed ones: a new broker continues from them, and callers show them."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credential_process.client import terminal
from credential_process.client.waiting import Wait
from credential_process.session import state as session_state
from credential_process.session.context import SessionContext
from credential_process.stores import cooldown, field_files, mailbox, open_sign_in
from credential_process.stores.authorization_code_sign_in import AuthorizationCodeSignIn
from credential_process.stores.device_code_sign_in import DeviceCodeSignIn
from credential_process.stores.open_sign_in import LONGEST_SECONDS, OpenSignIn
from credential_process.stores.sign_in_view import SignInView
from tests.fuzz.conftest import REGION, START_URL, Place, put
from tests.fuzz.damage import Edit, changed, damaged, edits, fuzzed, texts

ASKED: dict[str, Any] = {
    "caller": "terraform", "account": "111122220001", "role": "Developer", "label": "corp",
    "begun_by": "want", "client_id": "id",
}  # fmt: skip
ORIGIN = {"session": "corp", "start_url": START_URL, "region": REGION}
Written: TypeAlias = "tuple[OpenSignIn, dict[str, str]]"
KINDS = ("page", "code")


def write(place: Place, kind: str) -> Written:
    """Return a sign-in that has just begun, and the fields of its file."""
    sign_in: OpenSignIn = (
        AuthorizationCodeSignIn(**ASKED, port=40_000, opener="another")
        if kind == "page"
        else DeviceCodeSignIn(
            **ASKED, device_code="d", user_code="ABCD-EFGH", address="https://x/", interval=1
        )
    )
    path = f"{place.home}/written"
    open_sign_in.store(path, sign_in, ORIGIN)
    return sign_in, field_files.read(path) or {}


@pytest.fixture(scope="module", params=KINDS)
def whole(request: pytest.FixtureRequest, place: Place) -> Written:
    """Write one for all cases of a target, which may run longer than a sign-in lasts."""
    return write(place, request.param)


@pytest.mark.parametrize("kind", KINDS)
def test_a_valid_sign_in_is_read_as_it_was_written(place: Place, kind: str) -> None:
    """The positive control of the next test, which reading none would pass."""
    sign_in, fields = write(place, kind)
    path = f"{place.state}/sign_in"
    put(path, field_files.to_line(fields).encode())
    found = open_sign_in.read(path, type(sign_in))
    assert found is not None
    assert (found[0].values(), found[1]) == (sign_in.values(), fields)


@fuzzed
@given(data=st.data(), made=st.just([]) | edits)
def test_a_damaged_sign_in_is_a_miss_or_can_be_continued(
    place: Place, whole: Written, data: st.DataObject, made: list[Edit]
) -> None:
    """With a port of 0 or a pause of years, a new broker would wait without success for a user who has answered."""
    kind, fields = whole[0], data.draw(changed(whole[1], texts))
    path = f"{place.state}/sign_in"
    put(path, damaged(field_files.to_line(fields).encode(), made))
    found = open_sign_in.read(path, type(kind))
    if found is None:
        return
    sign_in, said = found
    assert "\0" not in "".join(said.values())
    # The steps of a broker and its pages, none of which may raise.
    sign_in.has_ended(time.time())
    "".join((sign_in.url, sign_in.who_asks, *sign_in.rows.values())).encode()
    if isinstance(sign_in, AuthorizationCodeSignIn):
        assert 0 < sign_in.port < 65536
        assert sign_in.redirect_uri.startswith("http://127.0.0.1:")
    if isinstance(sign_in, DeviceCodeSignIn):
        assert 0 < sign_in.interval <= LONGEST_SECONDS


def attend(wait: Wait) -> None:
    """Let a caller read the open sign-ins, as it does a few times a second."""
    found = wait._open_sign_in()
    if found is not None:
        wait._attend(found)


@pytest.mark.parametrize("kind", KINDS)
def test_a_valid_sign_in_is_seen_by_a_caller(place: Place, kind: str) -> None:
    """The positive control of the next test, which a caller that sees no sign-in would pass."""
    sign_in, fields = write(place, kind)
    seen, asking = look(place, sign_in, field_files.to_line(fields).encode())
    assert seen == sign_in.id
    assert asking is not None
    assert (asking.url, asking.who_asks, asking.ends_at) == (
        sign_in.url,
        sign_in.who_asks,
        sign_in.ends_at,
    )


@fuzzed
@given(data=st.data(), made=st.just([]) | edits)
def test_a_damaged_sign_in_disturbs_no_caller(
    place: Place, whole: Written, data: st.DataObject, made: list[Edit]
) -> None:
    """Callers and `status` print printable lines only, and callers wait for ten minutes at most."""
    fields = data.draw(changed(whole[1], texts))
    look(place, whole[0], damaged(field_files.to_line(fields).encode(), made))


def look(place: Place, kind: OpenSignIn, content: bytes) -> tuple[str, SignInView | None]:
    """Write a sign-in of this kind at its path, and read it; return what a caller and `status` have seen."""
    mailbox.open_box(place.host)
    is_page = isinstance(kind, AuthorizationCodeSignIn)
    path = mailbox.page_path(place.host) if is_page else mailbox.code_path(place.session)
    put(path, content)
    want = mailbox.post(place.host, {"reach": "terminal"})
    wait = Wait("corp", place.host, want, has_time=lambda: True)
    wait._looks = 1
    attend(wait)
    mailbox.withdraw(want)
    assert wait._ends <= time.monotonic() + LONGEST_SECONDS + 60
    shown = SignInView(field_files.read(path) or {})
    words = terminal.words(shown, want.as_read(), has_limit=True)
    assert all(line.isprintable() for line in words.split("\n"))
    context = SessionContext.of({**ORIGIN, "AWS_CONFIG_FILE": place.config}, place.session)
    state = session_state.look(context, place.session, time.time())
    assert state.asking is None or state.asking.url.isprintable()
    Path(path).unlink()
    return wait._sign_in, state.asking


def test_a_valid_outcome_is_read(place: Place) -> None:
    """The positive control of the next test, which ignoring all outcomes would pass."""
    line = field_files.to_line(
        {"message": "the user did not come", "at": "1900000000", "count": "2"}
    )
    put(os.path.join(place.session, "outcome"), line.encode())
    outcome = cooldown.Outcome("the user did not come", 1_900_000_000, 2)
    assert cooldown.read(place.session) == outcome
    assert cooldown.next_allowed(outcome, outcome.at) == outcome.at + outcome.step_seconds


@fuzzed
@given(fields=st.data(), made=st.just([]) | edits)
def test_a_damaged_outcome_delays_the_next_sign_in_by_an_hour_at_most(
    place: Place, fields: st.DataObject, made: list[Edit]
) -> None:
    """A cooldown without an end would lock the user out, without a message."""
    whole = {"message": "the user did not come", "at": str(int(time.time())), "count": "2"}
    line = field_files.to_line(fields.draw(changed(whole, texts))).encode()
    put(os.path.join(place.session, "outcome"), damaged(line, made))
    found, now = cooldown.read(place.session), time.time()
    assert now <= cooldown.next_allowed(found, now) <= now + 3600
    cooldown.record(place.session, "again", now)
    assert cooldown.read(place.session) is not None


@pytest.mark.parametrize("ends", ["²", "9" * 5000])
def test_an_end_that_is_not_a_number_is_ignored(place: Place, ends: str) -> None:
    """A caller that waited until the end of the sign-in reported a defect instead."""
    mailbox.open_box(place.host)
    put(mailbox.page_path(place.host), field_files.to_line({"id": "x", "ends": ends}).encode())
    want = mailbox.post(place.host, {})
    wait = Wait("corp", place.host, want, has_time=lambda: True)
    wait._looks = 1
    attend(wait)
    mailbox.withdraw(want)
    assert wait._ends <= time.monotonic() + LONGEST_SECONDS


def test_a_sign_in_with_a_pause_beyond_its_end_is_a_miss(place: Place) -> None:
    """The timer of a poll cannot count this far, and the broker ended."""
    path = f"{place.state}/sign_in"
    open_sign_in.store(path, write(place, "code")[0].changed(interval=10**400), ORIGIN)
    assert open_sign_in.read(path, DeviceCodeSignIn) is None
