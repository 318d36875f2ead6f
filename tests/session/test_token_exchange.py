"""Storing the tokens of a sign-in, while another process closes the sign-in or signs out between two steps."""

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from credential_process import files
from credential_process.errors import SignInCancelled, SignInNeeded, Unavailable
from credential_process.identity_center.replies import Grant
from credential_process.sandbox import Sandbox
from credential_process.session import sign_out, token_exchange
from credential_process.session.context import SessionContext
from credential_process.session.service_clients import ServiceClients
from credential_process.stores import token_journal
from credential_process.stores.token_cache import Registration
from credential_process.system import disk
from testing.home import Home

HOUR = 3600


@pytest.fixture
def context(home: Home, sandbox: Sandbox) -> SessionContext:
    """Return the session of a user who is about to be signed in."""
    files = {"AWS_CONFIG_FILE": str(home.config), "HOME": str(home.path)}
    home.session_folder().mkdir(parents=True)
    fields = {"session": "corp", **files, **sandbox.environment}
    return SessionContext.of(fields, str(home.session_folder()))


def store(context: SessionContext, sandbox: Sandbox, looks: Iterator[bool]) -> None:
    """End a sign-in of ada, which is or is not open at each look."""
    soon = int(time.time()) + HOUR
    token_exchange.begin(
        context.tokens,
        Grant(sandbox.sign_in("ada")["accessToken"], soon, ""),
        Registration("client", "secret", soon),
        service=ServiceClients().at(context),
        is_open=lambda: next(looks),
    )


def closed_after(looks: int) -> Iterator[bool]:
    """Yield what is seen of a sign-in that is closed after some looks."""
    yield from [True] * looks
    while True:
        yield False


def test_tokens_stay_where_another_host_closes_the_sign_in(
    context: SessionContext, sandbox: Sandbox
) -> None:
    """Hosts share the file of a device code, and each closes it as soon as it finds the token."""
    store(context, sandbox, closed_after(2))
    assert context.tokens.read() is not None
    assert sandbox.counters()["logout"] == 0


@pytest.mark.parametrize("looks", [0, 1])
def test_tokens_of_a_sign_in_that_was_closed_before_are_revoked(
    context: SessionContext, sandbox: Sandbox, looks: int
) -> None:
    """The positive control of the test before."""
    with pytest.raises(SignInCancelled):
        store(context, sandbox, closed_after(looks))
    assert context.tokens.read() is None
    assert sandbox.counters()["logout"] == 1


def test_tokens_are_revoked_if_another_process_holds_the_lock(
    context: SessionContext, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No program could use them, and the session at the service would last for hours."""
    monkeypatch.setattr(token_exchange, "_STORE_SECONDS", 0.1)
    held = files.lock(context.tokens.lock_path, timeout_seconds=10)
    with held, pytest.raises(Unavailable, match="is held by another process"):
        store(context, sandbox, closed_after(2))
    assert context.tokens.read() is None
    assert sandbox.counters()["logout"] == 1


def test_tokens_are_revoked_if_their_file_cannot_be_written(
    context: SessionContext, sandbox: Sandbox
) -> None:
    """Here because a folder has its name."""
    Path(context.tokens.paths[0], "folder").mkdir(parents=True)
    with pytest.raises(Unavailable, match="the token file cannot be changed"):
        store(context, sandbox, closed_after(2))
    assert sandbox.counters()["logout"] == 1


def test_tokens_that_are_stored_during_a_sign_out_are_revoked(
    context: SessionContext, sandbox: Sandbox
) -> None:
    """A sign-out waits for the process that holds the lock for half a second only, and finds no token yet."""

    def looks() -> Iterator[bool]:
        yield True
        assert sign_out.sign_out(context).tokens == ()
        yield True

    with pytest.raises(SignInCancelled):
        store(context, sandbox, looks())
    assert context.tokens.read() is None
    assert sandbox.counters()["logout"] == 1


def test_a_refresh_of_a_killed_process_is_not_finished_during_a_sign_out(
    context: SessionContext, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sign-out removes the token, and then the journal, which becomes the token in between."""
    tokens = context.tokens
    store(context, sandbox, closed_after(2))
    before = tokens.read()
    assert before is not None
    journal = token_journal.path(tokens.paths[0], before.access_token)
    Path(journal).write_text(json.dumps(sandbox.sign_in("ada")))
    replace = disk.replace

    def replace_in_a_sign_out(source: str, target: str, *, precious: bool = False) -> None:
        if source == journal:
            tokens.end_record()
            os.unlink(target)
        replace(source, target, precious=precious)

    monkeypatch.setattr(disk, "replace", replace_in_a_sign_out)
    with pytest.raises(SignInNeeded):
        token_exchange.refresh(tokens, ServiceClients().at(context), before.access_token)
    assert tokens.read() is None
    assert sandbox.counters()["logout"] == 1
