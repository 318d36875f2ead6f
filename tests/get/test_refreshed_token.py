"""Which token a broker refreshes: what happens here between two of its steps, another process decides elsewhere."""

from typing import Any, cast

import pytest

from credential_process.broker.token_refresh import TokenRefresher
from credential_process.sandbox import Sandbox
from credential_process.session.context import SessionContext
from credential_process.session.token_store import SignedIn, TokenStore
from testing.home import Home


@pytest.mark.parametrize("before", ["", "2026-01-01T00:00:00Z"])
def test_a_token_that_has_just_come_is_not_refreshed(
    home: Home, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, before: str
) -> None:
    """A sign-in may end while a want is decided, with no token before or with one that has expired."""
    if before:
        home.sign_in(sandbox, expiresAt=before)
    fields = {"session": "corp", "AWS_CONFIG_FILE": str(home.config), "HOME": str(home.path)}
    context = SessionContext.of(fields, str(home.state / "session-corp"))
    look = TokenStore.signed_in

    def look_before_a_sign_in(store: TokenStore) -> SignedIn | None:
        found = look(store)
        home.sign_in(sandbox)
        return found

    monkeypatch.setattr(TokenStore, "signed_in", look_before_a_sign_in)
    due = TokenRefresher(cast("Any", None)).due(context)
    monkeypatch.undo()
    new = look(context.tokens)
    assert new is not None
    assert due is None or due.access_token != new.token.access_token
