"""Exchange tokens: store those of a sign-in, refresh them, and lose none to a race, a kill or a bad network.

One lock for each session, on all hosts, covers every exchange and the write after it. The SDKs and the AWS CLI take no
lock, so the file is read again before each write, and a token that they wrote in between is kept. A sign-out
waits for the lock no longer than half a second, so the process that holds it checks for a sign-out after each write.
`token_recovery` finishes or undoes an exchange.
"""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING

from credential_process import files
from credential_process.errors import (
    InvalidClient,
    InvalidGrant,
    SignInCancelled,
    SignInNeeded,
    UnauthorizedClient,
    Unavailable,
)
from credential_process.session import token_recovery
from credential_process.stores import (
    document_store,
    sign_in_record,
    token_cache,
    token_journal,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from credential_process.identity_center import IdentityCenter
    from credential_process.identity_center.replies import Grant
    from credential_process.session.token_store import TokenStore
    from credential_process.stores.token_cache import Registration, Token

# A refresh on another host holds the lock while the service hangs, and a user has just signed in.
_STORE_SECONDS = 30
_SIBLING_SECONDS = 2


def begin(
    tokens: TokenStore,
    grant: Grant,
    registration: Registration,
    *,
    service: IdentityCenter,
    is_open: Callable[[], bool],
) -> None:
    """Store the tokens of a sign-in, and delete everything that was cached with the one before.

    `is_open` returns whether the sign-in is still open. Tokens that are not stored are revoked, and then this raises
    `SignInCancelled` if the sign-in has ended, as by a sign-out, and `Unavailable` if they cannot be stored.
    """
    token = _token(tokens, grant, registration)
    try:
        _store(tokens, token, service, is_open)
    except (SignInCancelled, Unavailable):
        token_recovery.revoke(token, service)
        raise


def _store(
    tokens: TokenStore, token: Token, service: IdentityCenter, is_open: Callable[[], bool]
) -> None:
    is_stored = False
    with tokens.exchanging(wait_seconds=_STORE_SECONDS):
        if not is_open():
            raise signed_out(tokens)
        token_recovery.recover(tokens, service)
        record = sign_in_record.read(tokens.folder).begun(
            token.access_token, tokens.oidc_endpoint, tokens.session.scopes
        )
        with files.draft(tokens.paths[0], precious=True) as draft:
            draft.write(token_cache.to_text(token))
            sign_in_record.write(tokens.folder, record)
            document_store.forget(document_store.folders_of(tokens.folder))
            if is_open():
                tokens.commit(draft)
                is_stored = True
        # Once it is stored, another host that finds it may close the sign-in; only a sign-out ends the record.
        if not is_stored or tokens.has_ended(record):
            token_recovery.remove(tokens, token)
            raise signed_out(tokens)


def signed_out(tokens: TokenStore) -> SignInCancelled:
    """Return the error for a sign-in that a sign-out has ended."""
    return SignInCancelled(f"{tokens.session.label} was signed out while the sign-in was open")


def refresh(tokens: TokenStore, service: IdentityCenter, stale: str) -> Token:
    """Return a new access token in place of `stale`: from the service, or the one that another process has stored.

    Raises `SignInNeeded` if the user has to sign in, `Unavailable` if it may work later.
    """
    with tokens.exchanging():
        token_recovery.recover(tokens, service)
        tokens.settle()
        token = tokens.read()
        if token is not None and token.access_token != stale and token.is_valid(time.time()):
            return token
        if token is None or not token.can_be_refreshed(time.time()):
            raise _is_over(tokens)
        return _exchange(tokens, service, token)


def _exchange(tokens: TokenStore, service: IdentityCenter, token: Token) -> Token:
    assert token.registration is not None
    # A refresh token can be used once, so disk space for the reply is reserved before that.
    journal_path = token_journal.path(tokens.paths[0], token.access_token)
    with files.draft(tokens.paths[0], draft_path=journal_path, precious=True) as journal:
        journal.reserve(token_cache.ROOM)
        try:
            grant = service.refresh(token.registration, token.refresh_token)
        except (InvalidGrant, InvalidClient, UnauthorizedClient):
            return _adopt_newer(tokens, token)
        refreshed = _token(tokens, grant, token.registration, refresh_token=token.refresh_token)
        # From here on, neither a kill nor a token file that cannot be replaced loses a token.
        journal.write(token_cache.to_text(refreshed))
        return _replace(tokens, token, refreshed, journal, service)


def _replace(
    tokens: TokenStore,
    token: Token,
    refreshed: Token,
    journal: files.Draft,
    service: IdentityCenter,
) -> Token:
    record = token_recovery.record_refresh(tokens, token, refreshed)
    tokens.settle()
    now = tokens.read()
    # A program that takes no lock may have refreshed it too; its tokens are as good as these, and newer.
    if now is not None and now != token and now.is_valid(time.time()):
        return now
    is_there = now is not None or tokens.is_unfinished()
    if is_there:
        tokens.commit(journal)
    if not is_there or tokens.has_ended(record):
        token_recovery.remove_and_revoke(tokens, refreshed, service)
        raise SignInNeeded(f"{tokens.session.label} was signed out")
    token_recovery.finish_refresh(tokens, record, refreshed)
    return refreshed


def _adopt_newer(tokens: TokenStore, refused: Token) -> Token:
    """Wait for the program that has used the refresh token to store its new token, and return that one."""
    # First, so that after a kill the next process does not present it again.
    with contextlib.suppress(OSError):
        record = sign_in_record.read(tokens.folder).with_spent(refused.refresh_token)
        sign_in_record.write(tokens.folder, record)
    ends = time.monotonic() + _SIBLING_SECONDS
    while True:
        token = tokens.read()
        if (
            token is not None
            and token.access_token != refused.access_token
            and token.is_valid(time.time())
        ):
            return token
        if time.monotonic() >= ends:
            raise _is_over(tokens)
        time.sleep(0.05)


def _is_over(tokens: TokenStore) -> SignInNeeded:
    return SignInNeeded(f"the sign-in for {tokens.session.label} is over")


def _token(
    tokens: TokenStore, grant: Grant, registration: Registration, *, refresh_token: str = ""
) -> Token:
    return token_cache.Token(
        start_url=tokens.session.start_url,
        region=tokens.session.region,
        access_token=grant.access_token,
        expires_at=grant.expires_at,
        registration=registration,
        refresh_token=grant.refresh_token or refresh_token,
    )
