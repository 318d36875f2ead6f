"""The end of a sign-in: what another process does between two steps of storing its tokens is decided here."""

import time
from collections.abc import Callable

import pytest

from credential_process.errors import SignInCancelled
from credential_process.files import Draft
from credential_process.identity_center.replies import Grant
from credential_process.sandbox import Sandbox
from credential_process.session import sign_out, token_exchange
from credential_process.session.context import SessionContext
from credential_process.session.service_clients import ServiceClients
from credential_process.session.token_store import TokenStore
from credential_process.stores.token_cache import Registration
from testing.home import Home

HOUR = 3600


@pytest.fixture
def context(home: Home, sandbox: Sandbox) -> SessionContext:
    """Return the session of a user whose sign-in is about to end."""
    files = {"AWS_CONFIG_FILE": str(home.config), "HOME": str(home.path)}
    home.session_folder().mkdir(parents=True)
    fields = {"session": "corp", **files, **sandbox.environment}
    return SessionContext.of(fields, str(home.session_folder()))


@pytest.fixture
def store(
    context: SessionContext, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> Callable[[Callable[[], object]], None]:
    """Return a function that ends a sign-in, and calls another as soon as its tokens are stored."""

    def store(meanwhile: Callable[[], object]) -> None:
        is_open = [True]
        commit = TokenStore.commit

        def commit_then(tokens: TokenStore, draft: Draft) -> None:
            commit(tokens, draft)
            meanwhile()
            is_open.clear()

        monkeypatch.setattr(TokenStore, "commit", commit_then)
        soon = int(time.time()) + HOUR
        grant = Grant(sandbox.sign_in("ada")["accessToken"], soon, "")
        registration = Registration("client", "secret", soon)
        service = ServiceClients().at(context)
        tokens = context.tokens
        token_exchange.begin(
            tokens, grant, registration, service=service, is_open=lambda: bool(is_open)
        )

    return store


def test_tokens_stay_where_another_host_closes_the_sign_in(
    store: Callable[[Callable[[], object]], None], context: SessionContext, sandbox: Sandbox
) -> None:
    """Hosts share the file of a device code, and each closes it as soon as it finds the token."""
    store(lambda: None)
    assert context.tokens.read() is not None
    assert sandbox.counters()["logout"] == 0


def test_tokens_of_a_sign_out_do_not_stay(
    store: Callable[[Callable[[], object]], None], context: SessionContext, sandbox: Sandbox
) -> None:
    """A sign-out does not wait for a process that holds the lock for longer than a moment."""
    with pytest.raises(SignInCancelled):
        store(lambda: sign_out.sign_out(context))
    assert context.tokens.read() is None
    assert sandbox.counters()["logout"] == 1
